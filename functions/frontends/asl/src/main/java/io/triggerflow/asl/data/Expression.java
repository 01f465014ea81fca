package io.triggerflow.asl.data;

import java.util.List;

/** An expression of JSONPath states, parsed: a path, or a call of an intrinsic function. */
sealed interface Expression {
    /** @param text as written */
    record Path(String text) implements Expression {}

    record Call(String function, List<Expression> arguments, String text) implements Expression {
        public Call {
            arguments = List.copyOf(arguments);
        }
    }

    /** @param value a String, Number, Boolean or null */
    record Constant(Object value) implements Expression {}
}
