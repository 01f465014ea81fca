package io.triggerflow.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.triggerflow.core.definition.DefinitionException;
import io.triggerflow.core.definition.DefinitionReader;
import io.triggerflow.core.definition.Problem;
import io.triggerflow.core.expression.Expressions;
import io.triggerflow.dag.DagReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Checks bundles without a deployment: all problems, each with its line and path. */
@Command(
        name = "validate",
        description = "Check bundles and DAGs (YAML or JSON) without a deployment.",
        mixinStandardHelpOptions = true)
final class ValidateCommand extends Verb {
    @Parameters(arity = "1..*", paramLabel = "FILE", description = "A workflow, a DAG, or standing triggers.")
    private List<Path> files;

    ValidateCommand(Session session) {
        super(session);
    }

    /** What is wrong with a file, and what it holds when nothing is. */
    private record Checked(Path file, List<Finding> findings, String what) {
        ObjectNode json() {
            ObjectNode document =
                    Session.JSON.createObjectNode().put("file", file.toString()).put("valid", findings.isEmpty());
            if (findings.isEmpty()) {
                return document.put("holds", what);
            }
            ArrayNode problems = document.putArray("problems");
            findings.forEach(f -> {
                ObjectNode problem = problems.addObject().put("path", f.path()).put("message", f.message());
                f.line().ifPresent(line -> problem.put("line", line));
            });
            return document;
        }
    }

    private record Finding(Optional<Integer> line, String path, String message) {}

    @Override
    public Integer call() {
        List<Checked> checked = files.stream().map(ValidateCommand::check).toList();
        boolean valid = checked.stream().allMatch(c -> c.findings().isEmpty());
        Object document = checked.size() == 1
                ? checked.getFirst().json()
                : Session.JSON
                        .createObjectNode()
                        .put("valid", valid)
                        .set(
                                "files",
                                Session.JSON
                                        .createArrayNode()
                                        .addAll(checked.stream()
                                                .map(Checked::json)
                                                .toList()));
        session().answer(document, () -> checked.forEach(this::tell));
        return valid ? Exit.OK : Exit.FAILED;
    }

    private void tell(Checked checked) {
        if (checked.findings().isEmpty()) {
            terminal()
                    .print(checked.file() + ": " + terminal().styled(Terminal.Style.GREEN, "valid") + ", "
                            + checked.what());
        }
        for (Finding finding : checked.findings()) {
            String place =
                    checked.file() + finding.line().map(line -> ":" + line).orElse("");
            terminal()
                    .print(terminal().styled(Terminal.Style.BOLD, place) + ": " + finding.path() + ": "
                            + finding.message());
        }
        if (checked.findings().size() > 1) {
            terminal().print(Text.count(checked.findings().size(), "problem") + " in " + checked.file());
        }
    }

    private static Checked check(Path file) {
        Source source;
        try {
            source = Source.read(file);
        } catch (Source.SyntaxException e) {
            return new Checked(file, List.of(new Finding(Optional.of(e.line()), "$", e.getMessage())), "");
        }
        try {
            return new Checked(file, List.of(), what(source.tree()));
        } catch (DefinitionException e) {
            return new Checked(
                    file, e.problems().stream().map(p -> finding(source, p)).toList(), "");
        }
    }

    private static Finding finding(Source source, Problem problem) {
        return new Finding(source.line(problem.path()), problem.path(), problem.message());
    }

    /** What a valid tree holds: a DAG says so. A map with a workflow's name or without triggers' marks is read as a workflow. */
    private static String what(Object tree) {
        if (DagReader.isDag(tree)) {
            var dag = new DagReader(new Expressions()::error).definition(tree);
            return "DAG " + dag.workflow() + " version " + dag.version() + " with " + DagReader.summary(dag);
        }
        var reader = new DefinitionReader(new Expressions()::error);
        boolean standing = tree instanceof List<?>
                || tree instanceof Map<?, ?> map
                        && !map.containsKey("workflow")
                        && (map.containsKey("triggers") || map.containsKey("id"));
        if (standing) {
            return Text.count(reader.standing(tree).size(), "standing trigger");
        }
        var definition = reader.definition(tree);
        return "workflow " + definition.workflow() + " version " + definition.version() + " with "
                + Text.count(definition.triggers().size(), "trigger");
    }
}
