package io.triggerflow.local.gateway;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;

/**
 * A service of AWS that runs in this process. Called once a request, concurrently, on virtual threads: it may block. It
 * must send an answer; what it throws becomes an InternalFailure for the caller.
 */
@FunctionalInterface
public interface Service {
    /** Answers one request. */
    void handle(HttpExchange exchange) throws IOException;
}
