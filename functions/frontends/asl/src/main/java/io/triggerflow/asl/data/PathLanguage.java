package io.triggerflow.asl.data;

import io.triggerflow.asl.model.Template;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The expressions of JSONPath states: paths into the input, the context object and variables, and intrinsic functions. Thread-safe. */
public final class PathLanguage {
    private static final Pattern VARIABLE = Pattern.compile("\\$([\\p{L}_][\\p{L}\\p{N}_]*)(.*)", Pattern.DOTALL);
    private final Paths paths = new Paths();

    /** A value that a path found, or why it found none. */
    public record Found(boolean present, Object value, String why) {}

    /** Why a text is not a path (into input, context or a variable); empty when it is one. */
    public Optional<String> pathError(String path) {
        Matcher variable = VARIABLE.matcher(path);
        if (variable.matches()) {
            return paths.error("$" + variable.group(2));
        }
        return paths.error(path.startsWith("$$") ? path.substring(1) : path);
    }

    /** Why a text is neither a path nor a call of an intrinsic function; empty when it is one. */
    public Optional<String> expressionError(String text) {
        try {
            return check(ExpressionParser.parse(text));
        } catch (ExpressionParser.NotAnExpression e) {
            return Optional.of(e.getMessage());
        }
    }

    private Optional<String> check(Expression expression) {
        return switch (expression) {
            case Expression.Path path -> pathError(path.text());
            case Expression.Constant constant -> Optional.empty();
            case Expression.Call call -> {
                int[] arity = Intrinsics.ARITIES.get(call.function());
                int count = call.arguments().size();
                if (arity == null || count < arity[0] || count > arity[1]) {
                    yield Optional.of("Expected a known function with its arguments, but got '" + call.text() + "'");
                }
                yield call.arguments().stream()
                        .map(this::check)
                        .flatMap(Optional::stream)
                        .findFirst();
            }
        };
    }

    /** What a path finds. Never throws. */
    public Found read(String path, Scope scope) {
        Paths.Found found;
        Matcher variable = VARIABLE.matcher(path);
        if (path.startsWith("$$")) {
            found = paths.read(path.substring(1), scope.context());
        } else if (variable.matches()) {
            found = scope.variables().containsKey(variable.group(1))
                    ? paths.read("$" + variable.group(2), scope.variables().get(variable.group(1)))
                    : Paths.Found.nothing("No variable " + variable.group(1));
        } else {
            found = paths.read(path, scope.input());
        }
        return new Found(found.present(), found.value(), found.why());
    }

    /**
     * What InputPath or OutputPath selects; null is nothing: an empty object.
     *
     * @throws StateFailure when it selects nothing
     */
    public Object select(String path, Scope scope) {
        if (path == null) {
            return Map.of();
        }
        Found found = read(path, scope);
        if (!found.present()) {
            throw StateFailure.runtime("Invalid path '" + path + "' : " + found.why());
        }
        return found.value();
    }

    /**
     * The value of a path or call.
     *
     * @param field the field it stands in, as messages name it
     * @throws StateFailure when a path finds nothing, or a function fails
     */
    public Object evaluate(String text, String field, Scope scope) {
        try {
            Expression expression = ExpressionParser.parse(text);
            if (expression instanceof Expression.Path path) {
                return found(path.text(), field, scope);
            }
            return value(expression, text, scope);
        } catch (ExpressionParser.NotAnExpression e) {
            throw StateFailure.runtime("The value for the field '" + field
                    + "' must be a valid JSONPath or a valid intrinsic function call");
        }
    }

    private Object found(String path, String field, Scope scope) {
        Found found = read(path, scope);
        if (!found.present()) {
            throw StateFailure.runtime("The JSONPath '" + path + "' specified for the field '" + field
                    + "' could not be found in the input '" + searched(path, scope) + "'");
        }
        return found.value();
    }

    private static String searched(String path, Scope scope) {
        return Scope.shown(path.startsWith("$$") ? scope.context() : scope.input());
    }

    private Object value(Expression expression, String whole, Scope scope) {
        return switch (expression) {
            case Expression.Constant constant -> constant.value();
            case Expression.Path path -> {
                Found found = read(path.text(), scope);
                if (!found.present()) {
                    throw StateFailure.runtime("The function '" + whole
                            + "' had the following error: The JsonPath argument for the field '" + path.text()
                            + "' could not be found in the input '" + searched(path.text(), scope) + "'");
                }
                yield found.value();
            }
            case Expression.Call call -> call(call, whole, scope);
        };
    }

    private Object call(Expression.Call call, String whole, Scope scope) {
        List<Object> arguments = new ArrayList<>();
        for (Expression argument : call.arguments()) {
            Object value = value(argument, whole, scope);
            boolean template = call.function().equals("Format") && arguments.isEmpty();
            arguments.add(
                    argument instanceof Expression.Constant && value instanceof String s && !template
                            ? s.replaceAll("\\\\(.)", "$1")
                            : value);
        }
        try {
            return Intrinsics.call(call.function(), arguments, scope.chance());
        } catch (Intrinsics.Refused e) {
            throw StateFailure.inState(
                    StateFailure.INTRINSIC, "The function '" + whole + "' had the following error: " + e.getMessage());
        }
    }

    /** A template with its {@code .$} fields evaluated. Throws {@link StateFailure} when one fails. */
    public Object fill(Template template, Scope scope) {
        return fill(template.value(), scope);
    }

    private Object fill(Object value, Scope scope) {
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> filled = new LinkedHashMap<>();
            map.forEach((key, inner) -> {
                String name = String.valueOf(key);
                if (name.endsWith(".$") && inner instanceof String expression) {
                    filled.put(name.substring(0, name.length() - 2), evaluate(expression, name, scope));
                } else {
                    filled.put(name, fill(inner, scope));
                }
            });
            return filled;
        }
        if (value instanceof List<?> list) {
            List<Object> filled = new ArrayList<>(list.size());
            list.forEach(inner -> filled.add(fill(inner, scope)));
            return filled;
        }
        return value;
    }

    /**
     * The array that ItemsPath names.
     *
     * @throws StateFailure when it names no array
     */
    public List<?> items(String path, Scope scope) {
        Found found = read(path, scope);
        String shown = path.startsWith("$$") ? path.substring(1) : path;
        if (!found.present()) {
            throw StateFailure.plain(
                    StateFailure.REFERENCE_PATH,
                    "Unable to apply step \"" + ReferencePath.lastStep(shown) + "\" to input " + searched(path, scope));
        }
        if (found.value() instanceof List<?> list) {
            return list;
        }
        throw StateFailure.runtime("Reference path \"" + shown + "\" must point to array.");
    }
}
