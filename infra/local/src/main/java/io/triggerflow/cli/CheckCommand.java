package io.triggerflow.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.triggerflow.core.check.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Checks what triggers do, before anything is deployed. */
@Command(
        name = "check",
        description = {
            "Check what the triggers of bundles do, without a deployment: whether runs end, joins can fill, triggers are reached, "
                    + "events and failures are heard, and orders matter.",
            "The engine itself plays runs in memory, with data that are made up. Errors and warnings come with a script that shows them: "
                    + "'triggerflow run FILE --script SCRIPT'."
        },
        mixinStandardHelpOptions = true)
final class CheckCommand extends Verb {
    @Parameters(arity = "1..*", paramLabel = "FILE", description = "A workflow, or standing triggers.")
    private List<Path> files;

    @Option(
            names = "--scripts",
            paramLabel = "DIR",
            description = "Write the script of each error and warning into this directory.")
    private Path scripts;

    @Option(names = "--strict", description = "Warnings fail, too.")
    private boolean strict;

    CheckCommand(Session session) {
        super(session);
    }

    private record Checked(Path file, BundleCheck check) {}

    @Override
    public Integer call() {
        List<Checked> all =
                files.stream().map(f -> new Checked(f, BundleCheck.of(f))).toList();
        ArrayNode documents = Session.JSON.createArrayNode();
        all.forEach(c -> documents.add(json(c)));
        session().answer(documents.size() == 1 ? documents.get(0) : documents, () -> all.forEach(this::tell));
        boolean failed = all.stream()
                .flatMap(c -> c.check().result().findings().stream())
                .anyMatch(this::fails);
        return failed ? Exit.FAILED : Exit.OK;
    }

    private boolean fails(Finding finding) {
        return switch (finding.severity()) {
            case ERROR -> true;
            case WARNING -> strict;
            case INFO -> false;
        };
    }

    private static ObjectNode json(Checked checked) {
        BundleCheck check = checked.check();
        ObjectNode document =
                Session.JSON.createObjectNode().put("file", checked.file().toString());
        document.put("errors", check.result().of(Finding.Severity.ERROR).size());
        document.put("warnings", check.result().of(Finding.Severity.WARNING).size());
        document.put("steps", check.result().steps());
        ArrayNode findings = document.putArray("findings");
        for (Finding finding : check.result().findings()) {
            ObjectNode one = Session.JSON.valueToTree(finding.toJson());
            check.line(finding).ifPresent(line -> one.put("line", line));
            findings.add(one);
        }
        return document;
    }

    private void tell(Checked checked) {
        BundleCheck check = checked.check();
        int number = 0;
        for (Finding finding : check.result().findings()) {
            terminal().print(check.line(checked.file(), finding, terminal()));
            if (finding.severity() != Finding.Severity.INFO && finding.shown().isPresent()) {
                show(checked.file(), finding, ++number);
            }
        }
        int errors = check.result().of(Finding.Severity.ERROR).size();
        int warnings = check.result().of(Finding.Severity.WARNING).size();
        terminal()
                .print(checked.file() + ": "
                        + (errors + warnings == 0
                                ? terminal().styled(Terminal.Style.GREEN, "nothing wrong was found")
                                : Text.count(errors, "error") + ", " + Text.count(warnings, "warning"))
                        + ", " + Text.count(check.result().steps(), "step") + " played");
    }

    private void show(Path file, Finding finding, int number) {
        Finding.Shown shown = finding.shown().orElseThrow();
        String steps = Session.text(shown.script().stream().map(s -> s.toJson()).toList());
        if (scripts == null) {
            terminal()
                    .print("    shown by: "
                            + Text.shortened(steps, Math.max(100, terminal().columns() - 14)));
            return;
        }
        Path script = scripts.resolve(number + "-" + finding.code().text() + ".json");
        write(script, steps);
        terminal().print("    shown by: triggerflow run " + file + " --script " + script);
        Optional<Path> other = shown.other().map(o -> {
            Path path = scripts.resolve(number + "-" + finding.code().text() + "-otherwise.json");
            write(path, Session.text(o.stream().map(s -> s.toJson()).toList()));
            return path;
        });
        other.ifPresent(o -> terminal().print("         and: triggerflow run " + file + " --script " + o));
    }

    private static void write(Path path, String text) {
        try {
            Files.createDirectories(path.toAbsolutePath().getParent());
            Files.writeString(path, text + "\n");
        } catch (IOException e) {
            throw CliException.unusable("NoFile", "Expected to write " + path + ", but: " + e);
        }
    }
}
