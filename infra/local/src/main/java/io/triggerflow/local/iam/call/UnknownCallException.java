package io.triggerflow.local.iam.call;

/** Nobody here knows which permissions a call needs; its message is the call, for people. */
final class UnknownCallException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnknownCallException(String call) {
        super(call, null, false, false);
    }
}
