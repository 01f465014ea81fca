package io.triggerflow.core.expression;

/** An expression that does not compile, fails, or exceeds its bounds. The message names the expression and says what happened. */
public final class ExpressionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ExpressionException(String message) {
        super(message);
    }
}
