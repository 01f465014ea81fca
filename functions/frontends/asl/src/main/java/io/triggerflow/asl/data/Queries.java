package io.triggerflow.asl.data;

import io.triggerflow.asl.json.Json;
import io.triggerflow.asl.model.Quantity;
import io.triggerflow.asl.model.State;
import io.triggerflow.asl.model.Template;
import java.math.BigDecimal;

/** Both query languages, with their compiled expressions. One for each process; thread-safe. */
public final class Queries {
    private final PathLanguage paths = new PathLanguage();
    private final JsonataLanguage jsonata = new JsonataLanguage();
    private final Choices choices = new Choices(paths);

    public PathLanguage paths() {
        return paths;
    }

    public JsonataLanguage jsonata() {
        return jsonata;
    }

    public Choices choices() {
        return choices;
    }

    /** A template in the language of its state, evaluated. */
    public Object fill(Template template, boolean inJsonata, Scope scope) {
        return inJsonata ? jsonata.fill(template, scope) : paths.fill(template, scope);
    }

    /** A whole number that must not be negative. Throws {@link StateFailure} otherwise. */
    public long integer(Quantity quantity, Scope scope) {
        return switch (quantity) {
            case Quantity.Literal literal -> Numbers.round(literal.value());
            case Quantity.ByPath path -> {
                Object value = paths.evaluate(path.path(), path.field(), scope);
                long number = Numbers.parse(value)
                        .orElseThrow(() -> StateFailure.runtime("The " + path.field() + " field refers to value \""
                                + text(value) + "\" which is not a valid integer: " + path.path()));
                yield notNegative(number, path.field(), path.path());
            }
            case Quantity.ByExpression expression -> {
                Object value = jsonata.evaluate(expression.expression(), expression.field(), scope, "number");
                long number = Numbers.parse(value)
                        .orElseThrow(() -> StateFailure.evaluation(
                                "The JSONata expression '" + expression.expression() + "' specified for the field '"
                                        + expression.field() + "' returned a value that is not an integer: "
                                        + Json.write(value),
                                expression.field()));
                if (number < 0) {
                    throw StateFailure.evaluation(
                            "The " + expression.field() + " parameter references a negative value: "
                                    + expression.expression() + " == " + number,
                            expression.field());
                }
                yield number;
            }
        };
    }

    /** Seconds of a Wait or a timeout, whose messages differ. */
    public long seconds(Quantity quantity, Scope scope) {
        if (!(quantity instanceof Quantity.ByPath path)) {
            return integer(quantity, scope);
        }
        Object value = paths.evaluate(path.path(), path.field(), scope);
        long seconds = Numbers.parse(value)
                .orElseThrow(() -> StateFailure.runtime("The " + path.field()
                        + " parameter cannot be parsed as a long value: " + path.path() + " == " + text(value)));
        return notNegative(seconds, path.field(), path.path());
    }

    /** A percentage: any number between 0 and 100. */
    public double percentage(Quantity quantity, Scope scope) {
        double percentage =
                switch (quantity) {
                    case Quantity.Literal literal -> literal.value().doubleValue();
                    case Quantity.ByPath path -> fraction(path, scope);
                    case Quantity.ByExpression expression ->
                        ((Number) jsonata.evaluate(expression.expression(), expression.field(), scope, "number"))
                                .doubleValue();
                };
        if (percentage < 0 || percentage > 100) {
            throw StateFailure.runtime("ToleratedFailurePercentage must be between 0 and 100.");
        }
        return percentage;
    }

    private double fraction(Quantity.ByPath path, Scope scope) {
        Object value = paths.evaluate(path.path(), path.field(), scope);
        try {
            return new BigDecimal(text(value)).doubleValue();
        } catch (NumberFormatException e) {
            throw StateFailure.runtime("The " + path.field() + " field refers to value \"" + text(value)
                    + "\" which is not a valid float: " + path.path());
        }
    }

    private static long notNegative(long number, String field, String path) {
        if (number < 0) {
            throw StateFailure.runtime(
                    "The " + field + " parameter references a negative value: " + path + " == " + number);
        }
        return number;
    }

    /** A text as it is, anything else as JSON. */
    private static String text(Object value) {
        return value instanceof String text ? text : Json.write(value);
    }

    /** The text that a Fail state says. */
    public String said(State.Said said, Scope scope) {
        return switch (said.source()) {
            case LITERAL -> said.value();
            case EXPRESSION -> (String) jsonata.evaluate(said.value(), said.field(), scope, "string");
            case PATH -> {
                Object value = paths.evaluate(said.value(), said.field(), scope);
                if (!(value instanceof String text)) {
                    throw StateFailure.runtime("The " + said.field() + " field '" + said.value()
                            + "' must reference a string, but was " + Json.type(value) + ": " + Json.write(value));
                }
                yield text;
            }
        };
    }
}
