package io.triggerflow.tests.asl;

import io.triggerflow.asl.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Compares what was observed with what was recorded. */
final class Judge {
    private Judge() {}

    /**
     * @param ok status and output, or error, agree
     * @param strict cause and message agree too
     * @param history the events agree by type and state; null when none were recorded
     * @param difference the first one; null without
     */
    record Verdict(AslCase test, boolean ok, boolean strict, Boolean history, String difference) {}

    static Verdict judge(AslCase test, Observed observed) {
        Matcher matcher = new Matcher(test.placeholders());
        Optional<String> loose = test.testState()
                ? testState(test, observed, matcher, List.of("cause", "message"))
                : fields(test, observed, matcher, List.of("status", "output", "error"));
        Optional<String> strict = loose.isPresent()
                ? loose
                : test.testState()
                        ? testState(test, observed, matcher, List.of())
                        : fields(test, observed, matcher, List.of("cause", "message", "validate_response"));
        Boolean history = test.history().isEmpty()
                ? null
                : (Boolean) expectedHistory(test).equals(history(observed));
        return new Verdict(test, loose.isEmpty(), strict.isEmpty(), history, strict.orElse(null));
    }

    static Verdict broken(AslCase test, Throwable problem) {
        return new Verdict(test, false, false, test.history().isEmpty() ? null : false, "thrown: " + problem);
    }

    private static Optional<String> fields(AslCase test, Observed observed, Matcher matcher, List<String> names) {
        Map<?, ?> expected = test.expected();
        for (String name : names) {
            if (!expected.containsKey(name) && !(name.equals("error") || name.equals("cause"))) {
                continue;
            }
            if (invalid(expected) && name.equals("cause")) {
                continue;
            }
            Optional<String> difference =
                    matcher.difference(expected.get(name), observed.fields().get(name), name);
            if (difference.isPresent()) {
                return name.equals("status") ? difference.map(d -> d + said(observed)) : difference;
            }
        }
        return Optional.empty();
    }

    private static String said(Observed observed) {
        StringBuilder said = new StringBuilder();
        for (String field : List.of("error", "cause", "message")) {
            if (observed.fields().get(field) != null) {
                said.append("; ")
                        .append(field)
                        .append(": ")
                        .append(observed.fields().get(field));
            }
        }
        return said.toString();
    }

    private static boolean invalid(Map<?, ?> expected) {
        return "INVALID".equals(expected.get("status")) || "VALID".equals(expected.get("status"));
    }

    private static Optional<String> testState(AslCase test, Observed observed, Matcher matcher, List<String> ignored) {
        Map<?, ?> expected = test.expected();
        for (Object name : expected.keySet()) {
            if (!ignored.contains(name)) {
                Object actual = observed.fields().get(name);
                Optional<String> difference = matcher.difference(
                        expected.get(name), Matcher.parsed(expected.get(name), actual), name.toString());
                if (difference.isPresent()) {
                    return difference;
                }
            }
        }
        List<String> more = new ArrayList<>(observed.fields().keySet());
        more.removeIf(name -> expected.containsKey(name) || ignored.contains(name));
        return more.isEmpty() ? Optional.empty() : Optional.of("more fields: " + more);
    }

    /** ParallelStateSucceeded is missing in the recordings, and what is inside Parallel and Map is in another order. */
    private static List<String> expectedHistory(AslCase test) {
        List<String> lines = new ArrayList<>();
        for (Object event : test.history()) {
            Map<?, ?> map = (Map<?, ?>) event;
            Object details = map.get("stateEnteredEventDetails") != null
                    ? map.get("stateEnteredEventDetails")
                    : map.get("stateExitedEventDetails");
            String type = String.valueOf(map.get("type"));
            lines.add(type + (details instanceof Map<?, ?> d ? " " + d.get("name") : ""));
        }
        lines.sort(null);
        return lines;
    }

    private static List<String> history(Observed observed) {
        List<String> lines = new ArrayList<>(observed.history());
        lines.removeIf(line -> line.startsWith("ParallelStateSucceeded"));
        lines.sort(null);
        return lines;
    }

    static String shown(Object value) {
        String text = value instanceof String s ? "\"" + s + "\"" : Json.write(value);
        return text.length() <= 400 ? text : text.substring(0, 400) + "… (" + text.length() + ")";
    }
}
