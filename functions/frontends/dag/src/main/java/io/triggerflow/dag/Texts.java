package io.triggerflow.dag;

import io.triggerflow.core.model.JsonText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The texts of templates: <code>{% JSONata %}</code>, or any text with <code>{{ tasks.extract.result }}</code> in it, which is a path and
 * nothing more. Both become JSONata that sees {@code $tasks} and {@code $params}.
 */
final class Texts {
    private static final Pattern REFERENCE = Pattern.compile("\\{\\{(.*?)}}");
    private static final Pattern PATH = Pattern.compile(
            "\\s*(tasks|params|run|item|index|count|result|iteration|task)((?:\\.[\\p{L}\\p{N}_-]+|\\[[0-9]{1,9}])*)\\s*");
    private static final Pattern STEP = Pattern.compile("\\.([\\p{L}\\p{N}_-]+)|(\\[[0-9]+])");
    private static final Pattern TASK =
            Pattern.compile("\\$tasks\\s*\\.\\s*(?:`([^`]*)`|\"([^\"]*)\"|([A-Za-z_][A-Za-z0-9_]*))");
    private static final Pattern ALL_TASKS =
            Pattern.compile("\\$tasks\\b(?!\\s*\\.\\s*(?:`[^`]*`|\"[^\"]*\"|[A-Za-z_]))");

    private Texts() {}

    /** Each text of a template, with its place. */
    static void each(Node at, Consumer<Node> consumer) {
        switch (at.value) {
            case String s -> consumer.accept(at);
            case Map<?, ?> map -> map.forEach((k, v) -> each(at.child(String.valueOf(k), v), consumer));
            case List<?> list -> {
                for (int i = 0; i < list.size(); i++) {
                    each(at.child(i, list.get(i)), consumer);
                }
            }
            case null, default -> {
                // Numbers, booleans and null hold no text.
            }
        }
    }

    static boolean isExpression(String text) {
        return source(text).isPresent();
    }

    /** What is wrong with a text's references. */
    static Optional<String> problem(String text) {
        if (marked(text).isPresent()) {
            return Optional.empty();
        }
        Matcher reference = REFERENCE.matcher(text);
        while (reference.find()) {
            if (!PATH.matcher(reference.group(1)).matches()) {
                return Optional.of("Expected a path such as tasks.extract.result between {{ and }}, but got '"
                        + Node.shortened(reference.group(1).trim()) + "'; write {% JSONata %} for more");
            }
        }
        return Optional.empty();
    }

    /** The JSONata that a text stands for; empty when it is a text and nothing more. */
    static Optional<String> source(String text) {
        Optional<String> marked = marked(text);
        if (marked.isPresent()) {
            return marked;
        }
        List<String> parts = new ArrayList<>();
        Matcher reference = REFERENCE.matcher(text);
        int from = 0;
        while (reference.find()) {
            if (reference.start() > from) {
                parts.add(JsonText.write(text.substring(from, reference.start())));
            }
            parts.add(path(reference.group(1)));
            from = reference.end();
        }
        if (from == 0) {
            return Optional.empty();
        }
        if (from < text.length()) {
            parts.add(JsonText.write(text.substring(from)));
        }
        return Optional.of(String.join(" & ", parts));
    }

    private static Optional<String> marked(String text) {
        String stripped = text.strip();
        return stripped.startsWith("{%") && stripped.endsWith("%}") && stripped.length() > 4
                ? Optional.of(stripped.substring(2, stripped.length() - 2).strip())
                : Optional.empty();
    }

    private static String path(String reference) {
        Matcher path = PATH.matcher(reference);
        if (!path.matches()) {
            return "null";
        }
        StringBuilder jsonata = new StringBuilder("$").append(path.group(1));
        Matcher step = STEP.matcher(path.group(2));
        while (step.find()) {
            jsonata.append(step.group(1) != null ? "." + Names.quoted(step.group(1)) : step.group(2));
        }
        return jsonata.toString();
    }

    /** The tasks that an expression mentions by name. */
    static Set<String> mentioned(String source) {
        Set<String> names = new LinkedHashSet<>();
        Matcher task = TASK.matcher(source);
        while (task.find()) {
            names.add(task.group(1) != null ? task.group(1) : task.group(2) != null ? task.group(2) : task.group(3));
        }
        return names;
    }

    /** Whether an expression mentions $tasks otherwise than by a task's name. */
    static boolean mentionsAll(String source) {
        return ALL_TASKS.matcher(source).find();
    }

    static boolean mentions(String source, String variable) {
        return Pattern.compile("\\$" + variable + "\\b").matcher(source).find();
    }

    /** Whether a template mentions a variable anywhere. */
    static boolean mentionsAnywhere(Node at, String variable) {
        boolean[] found = new boolean[1];
        each(
                at,
                text -> found[0] |= source((String) text.value)
                        .map(s -> mentions(s, variable))
                        .orElse(false));
        return found[0];
    }

    /** The template with each of its expressions replaced. */
    static Object rewritten(Object template, UnaryOperator<String> expression) {
        return switch (template) {
            case String text ->
                source(text).<Object>map(s -> Tree.x(expression.apply(s))).orElse(text);
            case Map<?, ?> map -> {
                Map<String, Object> copy = new LinkedHashMap<>();
                map.forEach((k, v) -> copy.put(String.valueOf(k), rewritten(v, expression)));
                yield copy;
            }
            case List<?> list -> {
                List<Object> copy = new ArrayList<>(list.size());
                list.forEach(v -> copy.add(rewritten(v, expression)));
                yield copy;
            }
            case null -> null;
            default -> template;
        };
    }
}
