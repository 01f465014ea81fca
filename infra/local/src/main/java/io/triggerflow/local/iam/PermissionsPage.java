package io.triggerflow.local.iam;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.Locale;

/** {@code GET /_iam}: what became of permissions so far, for people and tools beside the services. Thread-safe. */
public final class PermissionsPage {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Iam iam;

    /** Shows these permissions. */
    public PermissionsPage(Iam iam) {
        this.iam = iam;
    }

    /** Answers a request. */
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = JSON.writeValueAsBytes(document());
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private ObjectNode document() {
        Permissions permissions = iam.permissions();
        ObjectNode document = JSON.createObjectNode().put("enforced", iam.isOn());
        ArrayNode unused = document.putArray("unused");
        permissions.unused().forEach(grant -> {
            ObjectNode one = unused.addObject()
                    .put("role", grant.role())
                    .put("policy", grant.policy())
                    .put("place", grant.place())
                    .put(grant.element().name().toLowerCase(Locale.ROOT), grant.pattern());
            grant.functions().forEach(one.putArray("functions")::add);
        });
        ArrayNode calls = document.putArray("calls");
        permissions.calls().forEach(call -> {
            ObjectNode one = calls.addObject()
                    .put("caller", call.caller())
                    .put("action", call.access().action())
                    .put("resource", call.access().resource())
                    .put("allowed", call.refusal().isEmpty());
            call.refusal().ifPresent(message -> one.put("message", message));
        });
        return document;
    }
}
