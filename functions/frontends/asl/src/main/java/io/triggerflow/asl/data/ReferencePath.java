package io.triggerflow.asl.data;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A path that names one place: properties and indexes only. It reads, and it writes (ResultPath). */
public final class ReferencePath {
    private static final int MAX_INDEX = 100_000;
    private static final Pattern STEP = Pattern.compile(
            "\\.([^.\\[\\]'\"()*?,: ]+)|\\['((?:[^'\\\\]|\\\\.)*)'\\]|\\[\"((?:[^\"\\\\]|\\\\.)*)\"\\]|\\[(\\d{1,6})\\]");

    /** @param steps names (String) and indexes (Integer) */
    private record Steps(List<Object> steps) {}

    private ReferencePath() {}

    /** Whether a text is such a path. */
    public static boolean is(String path) {
        return parse(path).isPresent();
    }

    private static Optional<Steps> parse(String path) {
        if (!path.startsWith("$")) {
            return Optional.empty();
        }
        List<Object> steps = new ArrayList<>();
        Matcher matcher = STEP.matcher(path);
        int at = 1;
        while (at < path.length()) {
            if (!matcher.find(at) || matcher.start() != at) {
                return Optional.empty();
            }
            steps.add(step(matcher));
            at = matcher.end();
        }
        return Optional.of(new Steps(steps));
    }

    private static Object step(Matcher matcher) {
        for (int group = 1; group <= 3; group++) {
            if (matcher.group(group) != null) {
                return matcher.group(group).replaceAll("\\\\(.)", "$1");
            }
        }
        return Integer.valueOf(matcher.group(4));
    }

    /**
     * A copy of {@code document} with {@code value} at {@code path}; objects on the way are made where nothing is.
     *
     * @throws StateFailure when something else is in the way
     */
    public static Object put(Object document, String path, Object value) {
        Steps steps = parse(path).orElseThrow(() -> StateFailure.runtime("Invalid path '" + path + "'"));
        return put(document, steps.steps(), 0, value, document);
    }

    private static Object put(Object at, List<Object> steps, int index, Object value, Object document) {
        if (index == steps.size()) {
            return value;
        }
        Object step = steps.get(index);
        if (step instanceof Integer position) {
            return putAt(at, position, steps, index, value, document);
        }
        if (at != null && !(at instanceof Map)) {
            throw conflict(step, document);
        }
        Map<String, Object> copy = new LinkedHashMap<>();
        if (at instanceof Map<?, ?> map) {
            map.forEach((k, v) -> copy.put(String.valueOf(k), v));
        }
        copy.put(step.toString(), put(copy.get(step.toString()), steps, index + 1, value, document));
        return copy;
    }

    private static Object putAt(Object at, int position, List<Object> steps, int index, Object value, Object document) {
        if (!(at instanceof List<?> list) || position >= list.size() || position > MAX_INDEX) {
            throw conflict(position, document);
        }
        List<Object> copy = new ArrayList<>(list);
        copy.set(position, put(copy.get(position), steps, index + 1, value, document));
        return copy;
    }

    private static StateFailure conflict(Object step, Object document) {
        return StateFailure.plain(
                StateFailure.RESULT_PATH, "Unable to apply step \"" + step + "\" to input " + Scope.shown(document));
    }

    /** The last step of a path, as messages name it. */
    static String lastStep(String path) {
        return parse(path)
                .filter(s -> !s.steps().isEmpty())
                .map(s -> s.steps().getLast().toString())
                .orElse(path);
    }
}
