package io.triggerflow.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What can be measured: each a workflow, and what is sent to its runs. */
enum BenchScenario {
    /** N events to one standing trigger whose condition holds and that does nothing. */
    NOOP,
    /** N events into one join, which fires once. */
    JOIN,
    /** N events into 200 joins. */
    JOINS,
    /** N events to one standing trigger that waits for two in this order, by key: first one of each key, then the second of each. */
    COMPOSITE,
    /** N functions, one after the other. */
    SEQUENCE,
    /** N functions side by side, and a join. */
    FANOUT;

    static final String EVENT = "bench";
    /** The event that completes what {@link #EVENT} begins. */
    static final String SECOND = "bench.second";
    /** How many joins {@link #JOINS} has. */
    static final int JOIN_COUNT = 200;

    /** Whether the events come from outside, not from functions that end. */
    boolean isFed() {
        return switch (this) {
            case NOOP, COMPOSITE, JOIN, JOINS -> true;
            case SEQUENCE, FANOUT -> false;
        };
    }

    /** Runs that are started. */
    int runs() {
        return switch (this) {
            case NOOP, COMPOSITE -> 0;
            case JOINS -> JOIN_COUNT;
            case JOIN, SEQUENCE, FANOUT -> 1;
        };
    }

    String workflow() {
        return "bench-" + name().toLowerCase(java.util.Locale.ROOT);
    }

    /** The bundle, for a number of events a run. */
    Map<String, Object> bundle(int events) {
        return Map.of(
                "workflow",
                workflow(),
                "maxTransitions",
                Math.min(1_000_000, 2 * events + 100),
                "triggers",
                switch (this) {
                    case NOOP, COMPOSITE -> List.of();
                    case JOIN, JOINS ->
                        List.of(Map.of(
                                "id",
                                "join",
                                "on",
                                Map.of("event", EVENT),
                                "condition",
                                Map.of("threshold", Map.of("count", events)),
                                "actions",
                                List.of(Map.of("complete", "{% $outcomes.succeeded %}"))));
                    // The number of the step travels with it: nothing but the chain itself is measured.
                    case SEQUENCE ->
                        List.of(
                                Map.of("id", "first", "on", Map.of("start", true), "actions", List.of(step(1))),
                                Map.of(
                                        "id",
                                        "next",
                                        "on",
                                        Map.of("task", "step"),
                                        "condition",
                                        Map.of("when", "{% $event.data.result < " + events + " %}"),
                                        "actions",
                                        List.of(step("{% $event.data.result + 1 %}"))),
                                Map.of(
                                        "id",
                                        "last",
                                        "on",
                                        Map.of("task", "step"),
                                        "condition",
                                        Map.of("when", "{% $event.data.result >= " + events + " %}"),
                                        "actions",
                                        List.of(Map.of("complete", "{% $event.data.result %}"))));
                    case FANOUT ->
                        List.of(
                                Map.of(
                                        "id",
                                        "map",
                                        "on",
                                        Map.of("start", true),
                                        "actions",
                                        List.of(Map.of(
                                                "invoke",
                                                Map.of(
                                                        "function",
                                                        "Noop",
                                                        "task",
                                                        "item",
                                                        "forEach",
                                                        "{% [1.." + events + "] %}",
                                                        "payload",
                                                        Map.of("i", "{% $item %}"))))),
                                Map.of(
                                        "id",
                                        "join",
                                        "on",
                                        Map.of("task", "item"),
                                        "condition",
                                        Map.of("join", Map.of("size", events, "collect", false)),
                                        "actions",
                                        List.of(Map.of("complete", "{% $outcomes.succeeded %}"))));
                });
    }

    private static Map<String, Object> step(Object number) {
        return Map.of("invoke", Map.of("function", "Noop", "task", "step", "payload", Map.of("result", number)));
    }

    /** The standing trigger that is fed, instead of runs. */
    Optional<Map<String, Object>> standing() {
        return switch (this) {
            case NOOP -> Optional.of(noop());
            case COMPOSITE -> Optional.of(composite());
            case JOIN, JOINS, SEQUENCE, FANOUT -> Optional.empty();
        };
    }

    private static Map<String, Object> composite() {
        return Map.of(
                "id",
                "composite",
                "condition",
                Map.of(
                        "composite",
                        Map.of(
                                "events",
                                Map.of(
                                        "first",
                                        Map.of("on", Map.of("event", EVENT)),
                                        "second",
                                        Map.of("on", Map.of("event", SECOND))),
                                "detect",
                                "SEQ(first, second) within PT1H by $.key")),
                "actions",
                List.of());
    }

    private static Map<String, Object> noop() {
        return Map.of(
                "id",
                "noop",
                "on",
                Map.of("event", EVENT),
                "condition",
                Map.of("when", "{% $event.type = '" + EVENT + "' %}"),
                "actions",
                List.of());
    }

    /** The standing trigger by which idle latency is measured. */
    static Map<String, Object> launching() {
        return Map.of(
                "id",
                "launch",
                "on",
                Map.of("event", "ping"),
                "actions",
                List.of(Map.of("invoke", Map.of("function", "Noop", "payload", Map.of()))));
    }
}
