package io.triggerflow.asl.model;

/** A number that a definition gives, or says where to find. {@code field} is the field's name in messages. */
public sealed interface Quantity {
    String field();

    record Literal(String field, Number value) implements Quantity {}

    record ByPath(String field, String path) implements Quantity {}

    /** @param expression JSONata without its <code>{% %}</code> */
    record ByExpression(String field, String expression) implements Quantity {}
}
