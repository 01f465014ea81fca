package io.triggerflow.asl.data;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;

/** Whole numbers, as the language rounds and reads them. */
final class Numbers {
    private Numbers() {}

    /** The smallest of Java's types that holds it, as reading JSON gives. */
    static Number whole(long value) {
        if ((int) value == value) {
            return (int) value;
        }
        return value;
    }

    /** To the nearest whole number, halves upwards: -1.5 becomes -1. */
    static long round(Number number) {
        if (number instanceof Integer || number instanceof Long) {
            return number.longValue();
        }
        double value = number.doubleValue();
        return (long) Math.floor(value + 0.5);
    }

    /** A number without fraction, or a text of digits. */
    static Optional<Long> parse(Object value) {
        try {
            return switch (value) {
                case null -> Optional.empty();
                case Integer i -> Optional.of(i.longValue());
                case Long l -> Optional.of(l);
                case BigInteger big -> Optional.of(big.longValueExact());
                case BigDecimal exact -> exact.scale() > 0 ? Optional.empty() : Optional.of(exact.longValueExact());
                case String text -> Optional.of(Long.valueOf(text));
                default -> Optional.empty();
            };
        } catch (ArithmeticException | NumberFormatException e) {
            return Optional.empty();
        }
    }
}
