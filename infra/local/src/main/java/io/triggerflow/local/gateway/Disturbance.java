package io.triggerflow.local.gateway;

import java.io.IOException;

/** Decides what goes wrong with a request to a storage service; see {@code --faults}. Thread-safe. */
@FunctionalInterface
public interface Disturbance {
    /**
     * Handles one request, usually by {@link Call#forward}.
     *
     * @param call the request, its body read
     */
    void disturb(Call call) throws IOException;

    /** A request to a storage service whose body was read. Exactly one of forward and reply must be called. */
    interface Call {
        /** The operation, such as {@code SendMessageBatch}; empty when the request names none in X-Amz-Target. */
        String operation();

        /** The body as sent. */
        byte[] body();

        /** Passes the request with this body on, and the answer back. */
        void forward(byte[] body) throws IOException;

        /** Sends the request once more, on the side, and drops the answer. */
        void aside(byte[] body) throws IOException;

        /** Answers in the service's stead with JSON. */
        void reply(int status, String errorType, String json) throws IOException;
    }
}
