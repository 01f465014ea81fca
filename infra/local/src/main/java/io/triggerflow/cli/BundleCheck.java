package io.triggerflow.cli;

import io.triggerflow.core.check.Checker;
import io.triggerflow.core.check.Finding;
import io.triggerflow.core.decide.ActionExtension;
import io.triggerflow.core.decide.ConditionExtension;
import io.triggerflow.core.decide.Extensions;
import io.triggerflow.core.definition.DefinitionException;
import io.triggerflow.core.definition.DefinitionReader;
import io.triggerflow.core.definition.Problem;
import io.triggerflow.core.expression.Expressions;
import io.triggerflow.core.model.Definition;
import io.triggerflow.core.model.Trigger;
import io.triggerflow.dag.DagReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * A bundle's file, and what is wrong with its triggers.
 *
 * @param source the file's content
 * @param result what was found
 */
record BundleCheck(Source source, Checker.Result result) {
    /** What a person waits for; what could not be tried by then is told. */
    private static final Duration LONGEST = Duration.ofSeconds(8);

    /** A workflow, or standing triggers and where they stand. */
    sealed interface Content {
        record Workflow(Definition definition) implements Content {}

        record Standing(List<Trigger> triggers, String path) implements Content {}
    }

    /**
     * Reads a file and checks it.
     *
     * @throws CliException when it cannot be read, or is no valid bundle
     */
    static BundleCheck of(Path file) {
        Source source = source(file);
        long until = System.nanoTime() + LONGEST.toNanos();
        Checker checker = new Checker(packaged(), () -> System.nanoTime() - until > 0);
        Checker.Result result =
                switch (content(file, source)) {
                    case Content.Workflow w -> checker.workflow(w.definition());
                    case Content.Standing s -> checker.standing(s.triggers(), s.path());
                };
        return new BundleCheck(source, isDag(source) ? ofTasks(result) : result);
    }

    /** Whether it is a DAG: its triggers are made of tasks. */
    static boolean isDag(Source source) {
        return DagReader.isDag(source.tree());
    }

    /** A DAG's tasks become triggers for every outcome, of which some cannot come: nobody has written these. */
    private static Checker.Result ofTasks(Checker.Result result) {
        return new Checker.Result(
                result.findings().stream()
                        .filter(f -> f.code() != Finding.Code.UNREACHABLE_TRIGGER)
                        .toList(),
                result.steps());
    }

    /** What front ends bring along; what a deployment's own jars bring is not known here. */
    static Extensions packaged() {
        return Extensions.of(ServiceLoader.load(ConditionExtension.class), ServiceLoader.load(ActionExtension.class));
    }

    static Source source(Path file) {
        try {
            return Source.read(file);
        } catch (Source.SyntaxException e) {
            throw CliException.failed("Syntax", file + ":" + e.line() + ": " + e.getMessage());
        }
    }

    static Content content(Path file, Source source) {
        DefinitionReader reader = new DefinitionReader(new Expressions()::error);
        try {
            if (isDag(source)) {
                return new Content.Workflow(new DagReader(new Expressions()::error).definition(source.tree()));
            }
            return switch (source.tree()) {
                case List<?> list -> new Content.Standing(reader.standing(list), "$[%d]");
                case Map<?, ?> map
                when !map.containsKey("workflow") && map.containsKey("triggers") ->
                    new Content.Standing(reader.standing(map), "$.triggers[%d]");
                case Map<?, ?> map
                when !map.containsKey("workflow") && map.containsKey("id") ->
                    new Content.Standing(reader.standing(map), "$");
                case null, default -> new Content.Workflow(reader.definition(source.tree()));
            };
        } catch (DefinitionException e) {
            Problem first = e.problems().getFirst();
            throw CliException.failed(
                    "InvalidDefinition",
                    file + source.line(first.path()).map(l -> ":" + l).orElse("") + ": " + first
                            + (e.problems().size() == 1
                                    ? ""
                                    : "; and " + (e.problems().size() - 1)
                                            + " more, which 'triggerflow validate' shows"));
        }
    }

    /** Where the trigger is written; those of a DAG are written nowhere, their names say of which task they are. */
    Optional<Integer> line(Finding finding) {
        return isDag(source) ? Optional.empty() : source.line(finding.path());
    }

    /** A finding as a line: place, severity, code, what, and what to do. */
    String line(Path file, Finding f, Terminal terminal) {
        String place = file + line(f).map(l -> ":" + l).orElse("");
        Terminal.Style style =
                switch (f.severity()) {
                    case ERROR -> Terminal.Style.RED;
                    case WARNING -> Terminal.Style.YELLOW;
                    case INFO -> Terminal.Style.CYAN;
                };
        String severity = f.severity().name().toLowerCase(java.util.Locale.ROOT);
        return terminal.styled(Terminal.Style.BOLD, place) + ": " + terminal.styled(style, severity) + " "
                + f.code().text() + ": " + f.message() + (f.advice().isEmpty() ? "" : " " + f.advice());
    }
}
