package io.triggerflow.local.gateway;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Reads a request whole and lets a {@link Disturbance} decide. Only used while faults are on: it holds each body. */
final class DisturbedHandler implements Handler {
    private final Backend backend;
    private final Disturbance disturbance;

    DisturbedHandler(Backend backend, Disturbance disturbance) {
        this.backend = backend;
        this.disturbance = disturbance;
    }

    @Override
    public void handle(GatewayExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        String target = exchange.head().first("X-Amz-Target").orElse("");
        disturbance.disturb(new Disturbance.Call() {
            @Override
            public String operation() {
                return target.substring(target.indexOf('.') + 1);
            }

            @Override
            public byte[] body() {
                return body.clone();
            }

            @Override
            public void forward(byte[] changed) throws IOException {
                backend.forward(exchange, changed);
            }

            @Override
            public void aside(byte[] changed) throws IOException {
                backend.call(
                        exchange.getRequestMethod(), exchange.target(), Backend.forwardable(exchange.head()), changed);
            }

            @Override
            public void reply(int status, String errorType, String json) throws IOException {
                byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.0");
                if (!errorType.isEmpty()) {
                    exchange.getResponseHeaders().set("x-amzn-ErrorType", errorType);
                }
                exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
                exchange.getResponseBody().write(bytes);
            }
        });
    }
}
