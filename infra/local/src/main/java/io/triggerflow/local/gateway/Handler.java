package io.triggerflow.local.gateway;

import java.io.IOException;

/** Answers one request of the gateway; called on a virtual thread of its connection, so it may block. */
@FunctionalInterface
interface Handler {
    void handle(GatewayExchange exchange) throws IOException;
}
