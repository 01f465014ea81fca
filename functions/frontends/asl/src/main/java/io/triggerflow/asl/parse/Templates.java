package io.triggerflow.asl.parse;

import io.triggerflow.asl.data.JsonataLanguage;
import io.triggerflow.asl.data.Queries;
import io.triggerflow.asl.data.ReferencePath;
import io.triggerflow.asl.model.Quantity;
import io.triggerflow.asl.model.Template;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads what has expressions in it, in the language of its state, and checks each of them. */
final class Templates {
    static final long MAX_SECONDS = 99_999_999;
    private final Queries queries;

    Templates(Queries queries) {
        this.queries = queries;
    }

    /** A template field; null if there is none. JSONPath's must be an object. */
    Template template(Fields fields, String field, String name, boolean jsonata) {
        if (!fields.has(field)) {
            return null;
        }
        Object value = fields.get(field);
        if (jsonata) {
            expressions(value, fields, field);
        } else {
            paths(value, fields, field);
        }
        return new Template(name, value);
    }

    Template template(Fields fields, String field, boolean jsonata) {
        return template(fields, field, field, jsonata);
    }

    /** Assign: an object whose names can be variables. */
    Template assign(Fields fields, String name, boolean jsonata) {
        Template assign = template(fields, "Assign", name, jsonata);
        if (assign != null && !(assign.value() instanceof Map)) {
            fields.report("The field 'Assign' must be an object", "Assign");
            return null;
        }
        if (assign != null) {
            ((Map<?, ?>) assign.value()).keySet().forEach(key -> variable(String.valueOf(key), fields, jsonata));
        }
        return assign;
    }

    private static void variable(String key, Fields fields, boolean jsonata) {
        String name = !jsonata && key.endsWith(".$") ? key.substring(0, key.length() - 2) : key;
        if (!name.matches("[\\p{L}_][\\p{L}\\p{N}_]{0,79}") || name.equals("states")) {
            fields.report("The variable name '" + name + "' is not valid", "Assign");
        }
    }

    private void expressions(Object value, Fields fields, String field) {
        JsonataLanguage.expression(value).ifPresent(source -> expression(source, fields, field));
        if (value instanceof Map<?, ?> map) {
            map.values().forEach(inner -> expressions(inner, fields, field));
        } else if (value instanceof List<?> list) {
            list.forEach(inner -> expressions(inner, fields, field));
        }
    }

    /** Reports a text that is not JSONata. */
    void expression(String source, Fields fields, String field) {
        queries.jsonata().error(source).ifPresent(why -> fields.report("Invalid JSONata expression: " + why, field));
    }

    private void paths(Object value, Fields fields, String field) {
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, inner) -> {
                if (String.valueOf(key).endsWith(".$")) {
                    computed(String.valueOf(key), inner, fields, field);
                } else {
                    paths(inner, fields, field);
                }
            });
        } else if (value instanceof List<?> list) {
            list.forEach(inner -> paths(inner, fields, field));
        }
    }

    private void computed(String key, Object value, Fields fields, String field) {
        if (!(value instanceof String text)
                || queries.paths().expressionError(text).isPresent()) {
            fields.report(
                    "The value for the field '" + key + "' must be a valid JSONPath or a valid intrinsic function call",
                    field);
        }
    }

    /** A path, or null for JSON's null; {@code otherwise} if there is none. */
    String path(Fields fields, String field, String otherwise) {
        if (!fields.has(field)) {
            return otherwise;
        }
        if (fields.get(field) == null) {
            return null;
        }
        String path = fields.text(field);
        if (path != null && queries.paths().pathError(path).isPresent()) {
            fields.report("Value is not a valid JSONPath", field);
        }
        return path;
    }

    /** ResultPath: names one place in the input. */
    String resultPath(Fields fields) {
        if (!fields.has("ResultPath")) {
            return "$";
        }
        if (fields.get("ResultPath") == null) {
            return null;
        }
        String path = fields.text("ResultPath");
        if (path != null && !ReferencePath.is(path)) {
            fields.report("Value is not a Reference Path", "ResultPath");
        }
        return path;
    }

    /** A whole number: literal, by "...Path", or JSONata; null if there is none. */
    Quantity quantity(Fields fields, String field, boolean jsonata, long least, long most) {
        fields.exclusive(field, field + "Path");
        if (!jsonata && fields.has(field + "Path")) {
            return byPath(fields, field + "Path");
        }
        Optional<String> expression = jsonata ? JsonataLanguage.expression(fields.get(field)) : Optional.empty();
        if (expression.isPresent()) {
            expression(expression.get(), fields, field);
            return new Quantity.ByExpression(field, expression.get());
        }
        return fields.has(field) ? new Quantity.Literal(field, fields.integer(field, least, most, least)) : null;
    }

    /** Like {@link #quantity}, but the literal may have a fraction. */
    Quantity percentage(Fields fields, String field, boolean jsonata) {
        if (fields.get(field) instanceof Number number && number.doubleValue() >= 0 && number.doubleValue() <= 100) {
            return new Quantity.Literal(field, number);
        }
        return quantity(fields, field, jsonata, 0, 100);
    }

    private Quantity byPath(Fields fields, String field) {
        String path = path(fields, field, null);
        return path == null ? null : new Quantity.ByPath(field, path);
    }
}
