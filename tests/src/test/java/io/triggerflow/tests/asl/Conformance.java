package io.triggerflow.tests.asl;

import io.triggerflow.asl.json.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Runs the cases of a directory and tells how many agree: {@code Conformance DIR [--report FILE]}. */
public final class Conformance {
    private Conformance() {}

    /** Exit code 0 when every case is ok, 1 when not, 2 for a wrong call. */
    public static void main(String[] arguments) throws IOException {
        boolean report = arguments.length == 3 && arguments[1].equals("--report");
        if (arguments.length != 1 && !report) {
            System.err.println("Usage: asl-conformance DIR [--report FILE]");
            System.exit(2);
        }
        List<Judge.Verdict> verdicts = run(CaseReader.read(Path.of(arguments[0])), new DirectDriver());
        print(verdicts, System.out);
        if (report) {
            Files.writeString(Path.of(arguments[2]), Json.write(report(verdicts)) + "\n");
        }
        System.exit(verdicts.stream().allMatch(Judge.Verdict::ok) ? 0 : 1);
    }

    static List<Judge.Verdict> run(List<AslCase> cases, Driver driver) {
        List<Judge.Verdict> verdicts = new ArrayList<>();
        for (AslCase test : cases) {
            try {
                verdicts.add(Judge.judge(test, driver.run(test)));
            } catch (Exception | StackOverflowError e) {
                verdicts.add(Judge.broken(test, e));
            }
        }
        return verdicts;
    }

    /** Counts of a category. */
    private static final class Tally {
        private int cases;
        private int ok;
        private int strict;
        private int histories;
        private int history;

        void add(Judge.Verdict verdict) {
            cases++;
            ok += verdict.ok() ? 1 : 0;
            strict += verdict.strict() ? 1 : 0;
            histories += verdict.history() != null ? 1 : 0;
            history += Boolean.TRUE.equals(verdict.history()) ? 1 : 0;
        }

        Map<String, Object> json() {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("cases", cases);
            json.put("ok", ok);
            json.put("strict", strict);
            json.put("histories", histories);
            json.put("history", history);
            return json;
        }
    }

    private static Map<String, Tally> tallies(List<Judge.Verdict> verdicts) {
        Map<String, Tally> tallies = new TreeMap<>();
        Tally all = new Tally();
        verdicts.forEach(verdict -> {
            tallies.computeIfAbsent(verdict.test().category(), c -> new Tally()).add(verdict);
            all.add(verdict);
        });
        Map<String, Tally> ordered = new LinkedHashMap<>(tallies);
        ordered.put("all", all);
        return ordered;
    }

    static void print(List<Judge.Verdict> verdicts, PrintStream out) {
        for (Judge.Verdict verdict : verdicts) {
            if (!verdict.strict() || Boolean.FALSE.equals(verdict.history())) {
                String what = !verdict.ok() ? "FAILED" : !verdict.strict() ? "ok, not strict" : "strict, other history";
                out.println(what + " " + verdict.test().id()
                        + (verdict.difference() == null ? "" : "\n    " + verdict.difference()));
            }
        }
        out.printf("%n%-22s %6s %6s %6s %10s%n", "category", "cases", "ok", "strict", "history");
        tallies(verdicts)
                .forEach((category, t) -> out.printf(
                        "%-22s %6d %6d %6d %4d of %3d%n", category, t.cases, t.ok, t.strict, t.history, t.histories));
    }

    static Map<String, Object> report(List<Judge.Verdict> verdicts) {
        Map<String, Object> categories = new LinkedHashMap<>();
        tallies(verdicts).forEach((category, tally) -> categories.put(category, tally.json()));
        List<Object> cases = new ArrayList<>();
        for (Judge.Verdict verdict : verdicts) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("id", verdict.test().id());
            line.put("category", verdict.test().category());
            line.put("ok", verdict.ok());
            line.put("strict", verdict.strict());
            line.put("history", verdict.history());
            line.put("difference", verdict.difference());
            cases.add(line);
        }
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("categories", categories);
        report.put("cases", cases);
        return report;
    }
}
