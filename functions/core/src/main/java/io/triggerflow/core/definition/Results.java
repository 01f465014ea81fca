package io.triggerflow.core.definition;

import io.triggerflow.core.model.Action;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/** Whether actions need what the members of a join brought ($results, $failures, $members): only then it is kept. */
final class Results {
    private Results() {}

    static boolean areMentioned(List<Action> actions) {
        AtomicBoolean found = new AtomicBoolean();
        actions.stream()
                .flatMap(Results::templates)
                .forEach(template -> Templates.eachText(
                        template,
                        text -> found.compareAndSet(
                                false,
                                Templates.expressionOf(text)
                                        .filter(e -> e.contains("results")
                                                || e.contains("failures")
                                                || e.contains("members"))
                                        .isPresent())));
        return found.get();
    }

    private static Stream<Object> templates(Action action) {
        return switch (action) {
            case Action.Invoke a ->
                Stream.of(
                        a.function(),
                        some(a.payload()),
                        some(a.task()),
                        some(a.forEach().map(Templates::marked)),
                        some(a.with()));
            case Action.Emit a ->
                Stream.concat(Stream.of(a.type(), some(a.subject()), some(a.data())), target(a.target()));
            case Action.Schedule a -> Stream.of(a.name(), a.when(), some(a.data()));
            case Action.CancelTimer a -> Stream.of(a.name());
            // Triggers that are registered have results of their own.
            case Action.Register a -> Stream.of();
            case Action.Intercept a -> Stream.of();
            case Action.Switch a -> a.triggers().stream();
            case Action.SetContext a -> Stream.of(a.values());
            case Action.StartRun a ->
                Stream.of(a.workflow(), some(a.version()), some(a.name()), some(a.input()), some(a.task()));
            case Action.Complete a -> Stream.of(some(a.output()));
            case Action.Fail a -> Stream.of(a.error(), some(a.message()));
            case Action.Custom a -> Stream.of(a.arguments());
        };
    }

    private static Stream<Object> target(Action.Target target) {
        return switch (target) {
            case Action.Target.Own t -> Stream.of();
            case Action.Target.ToRun t -> Stream.of(some(t.workspace()), t.run());
            case Action.Target.ToWorkspace t -> Stream.of(some(t.workspace()));
            case Action.Target.ToBus t -> Stream.of(some(t.bus()));
            case Action.Target.ToQueue t -> Stream.of(t.queue());
        };
    }

    /** Nothing is a list of nothing: it holds no text. */
    private static Object some(Optional<?> template) {
        return template.isPresent() ? Arrays.asList(template.get()) : List.of();
    }
}
