package io.triggerflow.asl.parse;

import io.triggerflow.asl.data.JsonataLanguage;
import io.triggerflow.asl.data.Timestamps;
import io.triggerflow.asl.model.Common;
import io.triggerflow.asl.model.Operator;
import io.triggerflow.asl.model.State;
import io.triggerflow.asl.model.Test;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads a Choice: its rules, and for JSONPath the tests in them. */
final class ChoiceReader {
    private static final int MAX_DEPTH = 50;
    private static final Set<String> RULE = Set.of("Comment", "Next", "Assign");
    private final Templates templates;

    ChoiceReader(Templates templates) {
        this.templates = templates;
    }

    State.Choice read(Common common, Fields fields) {
        fields.require("Choices");
        List<State.Rule> rules = new ArrayList<>();
        List<Fields> choices = fields.objects("Choices");
        for (int i = 0; i < choices.size(); i++) {
            rules.add(rule(choices.get(i), "Choices[" + i + "]", common.jsonata()));
        }
        if (fields.has("Choices") && choices.isEmpty()) {
            fields.report("The field 'Choices' must not be empty", "Choices");
        }
        return new State.Choice(common, rules, fields.text("Default"));
    }

    private State.Rule rule(Fields fields, String name, boolean jsonata) {
        fields.require("Next");
        if (jsonata) {
            fields.allow(Set.of("Comment", "Next", "Assign", "Output", "Condition"));
            fields.require("Condition");
        }
        return new State.Rule(
                jsonata ? null : test(fields, RULE, 0),
                jsonata ? condition(fields) : null,
                fields.text("Next"),
                templates.assign(fields, name + "/Assign", jsonata),
                jsonata ? templates.template(fields, "Output", name + "/Output", true) : null);
    }

    private Object condition(Fields fields) {
        Object condition = fields.get("Condition");
        Optional<String> expression = JsonataLanguage.expression(condition);
        expression.ifPresent(source -> templates.expression(source, fields, "Condition"));
        if (expression.isEmpty() && fields.has("Condition") && !(condition instanceof Boolean)) {
            fields.report("The field 'Condition' must be a boolean or a JSONata expression", "Condition");
        }
        return expression.<Object>map(e -> e).orElse(condition);
    }

    private Test test(Fields fields, Set<String> alsoAllowed, int depth) {
        if (depth > MAX_DEPTH) {
            fields.report("Choice rules are nested too deeply");
            return new Test.And(List.of());
        }
        List<String> operators = fields.all().keySet().stream()
                .map(String::valueOf)
                .filter(key -> !alsoAllowed.contains(key) && !key.equals("Variable") && !key.equals("Comment"))
                .toList();
        if (operators.size() != 1) {
            fields.report(
                    operators.isEmpty()
                            ? "A choice rule requires exactly one comparison operator"
                            : "Only one of these fields is allowed: " + operators);
            return new Test.And(List.of());
        }
        String operator = operators.getFirst();
        return switch (operator) {
            case "And" -> new Test.And(tests(fields, operator, depth));
            case "Or" -> new Test.Or(tests(fields, operator, depth));
            case "Not" -> negation(fields, depth);
            default -> comparison(fields, operator);
        };
    }

    private List<Test> tests(Fields fields, String operator, int depth) {
        List<Fields> inner = fields.objects(operator);
        if (inner.isEmpty()) {
            fields.report("The field '" + operator + "' must not be empty", operator);
        }
        return inner.stream().map(f -> test(f, Set.of(), depth + 1)).toList();
    }

    private Test negation(Fields fields, int depth) {
        Fields inner = fields.object("Not");
        return inner == null ? new Test.And(List.of()) : new Test.Not(test(inner, Set.of(), depth + 1));
    }

    private Test comparison(Fields fields, String field) {
        Optional<Operator> operator = Operator.of(field);
        if (operator.isEmpty()) {
            fields.report("Field '" + field + "' is not supported");
            return new Test.And(List.of());
        }
        fields.require("Variable");
        String variable = templates.path(fields, "Variable", "$");
        boolean byPath = !operator.get().text().equals(field);
        Object operand = byPath ? templates.path(fields, field, "$") : operand(fields, field, operator.get());
        return new Test.Comparison(variable == null ? "$" : variable, operator.get(), operand, byPath);
    }

    private static Object operand(Fields fields, String field, Operator operator) {
        Object value = fields.get(field);
        boolean fits =
                switch (operator.operand()) {
                    case STRING -> value instanceof String;
                    case NUMBER -> value instanceof Number;
                    case BOOLEAN, FLAG -> value instanceof Boolean;
                    case TIMESTAMP -> Timestamps.parse(value).isPresent();
                };
        if (!fits) {
            fields.report(
                    operator.operand() == Operator.Operand.TIMESTAMP && value instanceof String
                            ? "String does not match RFC3339 timestamp"
                            : "The field '" + field + "' must be a "
                                    + operator.operand().name().toLowerCase(java.util.Locale.ROOT),
                    field);
            return operator.operand() == Operator.Operand.FLAG ? Boolean.TRUE : value;
        }
        return value;
    }
}
