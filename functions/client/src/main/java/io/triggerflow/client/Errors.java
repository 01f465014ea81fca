package io.triggerflow.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.Optional;

/** What an answer that is not a success becomes. */
final class Errors {
    private Errors() {}

    static TriggerflowException of(Transport.Call call, HttpResponse<byte[]> response) {
        int status = response.statusCode();
        JsonNode json =
                Json.parse(response.body()).filter(JsonNode::isObject).orElseGet(() -> Json.tree(java.util.Map.of()));
        String error = Json.text(json, "error").orElse("");
        String path = Json.text(json, "path").orElse("");
        // API Gateway's own errors spell it in lower case, CloudFormation's are XML.
        Optional<String> told = Json.text(json, "message").or(() -> Json.text(json, "Message"));
        String message = told.orElse("Expected " + call.method() + " "
                + call.uri().getPath() + " to be granted, but it was answered with status " + status);
        return switch (status) {
            case 404 -> new TriggerflowException.NotFound(error, path, message);
            case 409 -> new TriggerflowException.Conflict(error, path, message);
            case 401, 403 -> new TriggerflowException.Denied(status, error, message);
            case 429, 500, 502, 503, 504 -> new TriggerflowException.Unavailable(status, error, message, null);
            default ->
                status >= 400 && status < 500
                        ? new TriggerflowException.Invalid(
                                status, error, path, message, Json.list(json, "problems", Errors::problem))
                        : new TriggerflowException(status, error, path, message, null);
        };
    }

    private static TriggerflowException.Problem problem(JsonNode json) {
        return new TriggerflowException.Problem(
                json.path("path").asText(), json.path("message").asText());
    }
}
