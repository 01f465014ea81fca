package io.triggerflow.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.triggerflow.local.usage.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What a use of the local runtime would cost on AWS: counted requests and units times list prices.
 *
 * @param lines what was used
 * @param prices the prices used
 */
record Cost(List<Line> lines, Prices prices) {
    /** The engine's own functions, by their names in the template; all others are the user's. */
    private static final List<String> ENGINES =
            List.of("EngineFunction", "SweeperFunction", "DeadLetterFunction", "ApiFunction");

    /**
     * One thing that is billed.
     *
     * @param what for people
     * @param amount how much of it
     * @param unit of what
     * @param dollars what it costs
     * @param orchestration whether the engine used it, not the user's functions
     */
    record Line(String what, double amount, String unit, double dollars, boolean orchestration) {}

    static Cost of(Usage.Totals used) {
        Prices prices = Prices.load();
        List<Line> lines = new ArrayList<>();
        lines.add(line("SQS requests", used.of("sqs"), "requests", prices.of("sqs.request"), true));
        lines.add(line("DynamoDB writes", used.writeUnits(), "WRU", prices.of("dynamodb.write"), true));
        lines.add(line("DynamoDB reads", used.readUnits(), "RRU", prices.of("dynamodb.read"), true));
        lambda(lines, "engine", used, name -> isEngines(name) && !name.contains("ApiFunction"), true, prices);
        lambda(lines, "API", used, name -> name.contains("ApiFunction"), true, prices);
        lambda(lines, "functions", used, name -> !isEngines(name), false, prices);
        lines.add(line("EventBridge events", used.of("events"), "events", prices.of("events.event"), true));
        lines.add(
                line("Scheduler requests", used.of("scheduler"), "schedules", prices.of("scheduler.invocation"), true));
        lines.removeIf(line -> line.amount() == 0);
        return new Cost(List.copyOf(lines), prices);
    }

    static boolean isEngines(String function) {
        return ENGINES.stream().anyMatch(function::contains);
    }

    private static void lambda(
            List<Line> lines,
            String whose,
            Usage.Totals used,
            Predicate<String> which,
            boolean engines,
            Prices prices) {
        var some = used.functions().entrySet().stream()
                .filter(e -> which.test(e.getKey()))
                .map(Map.Entry::getValue)
                .toList();
        lines.add(line(
                "Lambda requests, " + whose,
                some.stream().mapToLong(Usage.FunctionTotal::invocations).sum(),
                "invocations",
                prices.of("lambda.request"),
                engines));
        lines.add(line(
                "Lambda time, " + whose,
                some.stream().mapToDouble(Usage.FunctionTotal::gigabyteSeconds).sum(),
                "GB-s",
                prices.of("lambda.gbsecond"),
                engines));
    }

    private static Line line(String what, double amount, String unit, double price, boolean orchestration) {
        return new Line(what, amount, unit, amount * price, orchestration);
    }

    double total() {
        return lines.stream().mapToDouble(Line::dollars).sum();
    }

    /** What the engine costs, without the user's functions. */
    double orchestration() {
        return lines.stream()
                .filter(Line::orchestration)
                .mapToDouble(Line::dollars)
                .sum();
    }

    /** What Step Functions Standard takes for this many state transitions. */
    double stepFunctions(long transitions) {
        return transitions * prices.of("stepfunctions.transition");
    }

    /** The lines and their sum. */
    void print(Terminal terminal) {
        Table table = new Table("WHAT WAS USED", "AMOUNT", "UNIT", "COST");
        for (Line line : lines) {
            String amount = line.amount() == Math.rint(line.amount())
                    ? Text.number((long) line.amount())
                    : String.format(Locale.ROOT, line.amount() < 1 ? "%,.4f" : "%,.2f", line.amount());
            table.row(line.what(), amount, line.unit(), Text.dollars(line.dollars()));
        }
        table.row("Total", "", "", Text.dollars(total()));
        table.print(terminal, "Nothing was used");
    }

    void print(Terminal terminal, long transitions) {
        print(terminal);
        double others = stepFunctions(transitions);
        String times = orchestration() > 0 && others > orchestration()
                ? String.format(Locale.ROOT, ", %.1f times as much", others / orchestration())
                : "";
        terminal.print("Orchestration alone: " + Text.dollars(orchestration()) + ". Step Functions Standard: "
                + Text.dollars(others) + " for about " + Text.count(transitions, "transition") + times + ".");
        terminal.print(terminal.styled(
                Terminal.Style.DIM,
                prices.title() + "; requests counted, times as measured on this machine, HTTP API and logs left out."));
    }

    ObjectNode json(long transitions) {
        return json().put("stepFunctionsTransitions", transitions)
                .put("stepFunctionsDollars", stepFunctions(transitions));
    }

    ObjectNode json() {
        ObjectNode document = Session.JSON
                .createObjectNode()
                .put("prices", prices.title())
                .put("dollars", total())
                .put("orchestrationDollars", orchestration());
        var items = document.putArray("items");
        lines.forEach(l -> items.addObject()
                .put("what", l.what())
                .put("amount", l.amount())
                .put("unit", l.unit())
                .put("dollars", l.dollars()));
        return document;
    }
}
