package io.triggerflow.asl.model;

import java.util.Arrays;
import java.util.Optional;

/** The comparison operators of a Choice; those that compare may also name a path: StringEqualsPath. */
public enum Operator {
    STRING_EQUALS("StringEquals", Operand.STRING),
    STRING_LESS_THAN("StringLessThan", Operand.STRING),
    STRING_GREATER_THAN("StringGreaterThan", Operand.STRING),
    STRING_LESS_THAN_EQUALS("StringLessThanEquals", Operand.STRING),
    STRING_GREATER_THAN_EQUALS("StringGreaterThanEquals", Operand.STRING),
    STRING_MATCHES("StringMatches", Operand.STRING),
    NUMERIC_EQUALS("NumericEquals", Operand.NUMBER),
    NUMERIC_LESS_THAN("NumericLessThan", Operand.NUMBER),
    NUMERIC_GREATER_THAN("NumericGreaterThan", Operand.NUMBER),
    NUMERIC_LESS_THAN_EQUALS("NumericLessThanEquals", Operand.NUMBER),
    NUMERIC_GREATER_THAN_EQUALS("NumericGreaterThanEquals", Operand.NUMBER),
    BOOLEAN_EQUALS("BooleanEquals", Operand.BOOLEAN),
    TIMESTAMP_EQUALS("TimestampEquals", Operand.TIMESTAMP),
    TIMESTAMP_LESS_THAN("TimestampLessThan", Operand.TIMESTAMP),
    TIMESTAMP_GREATER_THAN("TimestampGreaterThan", Operand.TIMESTAMP),
    TIMESTAMP_LESS_THAN_EQUALS("TimestampLessThanEquals", Operand.TIMESTAMP),
    TIMESTAMP_GREATER_THAN_EQUALS("TimestampGreaterThanEquals", Operand.TIMESTAMP),
    IS_NULL("IsNull", Operand.FLAG),
    IS_PRESENT("IsPresent", Operand.FLAG),
    IS_NUMERIC("IsNumeric", Operand.FLAG),
    IS_STRING("IsString", Operand.FLAG),
    IS_BOOLEAN("IsBoolean", Operand.FLAG),
    IS_TIMESTAMP("IsTimestamp", Operand.FLAG);

    /** What an operator compares with; a FLAG is a boolean that cannot come from a path. */
    public enum Operand {
        STRING,
        NUMBER,
        BOOLEAN,
        TIMESTAMP,
        FLAG
    }

    private final String text;
    private final Operand operand;

    Operator(String text, Operand operand) {
        this.text = text;
        this.operand = operand;
    }

    public String text() {
        return text;
    }

    public Operand operand() {
        return operand;
    }

    /** Whether there is a form of it that ends in "Path". */
    public boolean hasPath() {
        return operand != Operand.FLAG && this != STRING_MATCHES;
    }

    /** The operator that a field's name means, with or without "Path". */
    public static Optional<Operator> of(String field) {
        return Arrays.stream(values())
                .filter(o -> o.text.equals(field) || o.hasPath() && (o.text + "Path").equals(field))
                .findFirst();
    }
}
