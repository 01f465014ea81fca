package io.triggerflow.local.lambda;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;

/** JSON as the Lambda service writes and reads it. Stateless. */
final class Wire {

    static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    private Wire() {}

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    static byte[] bytes(JsonNode node) {
        try {
            return JSON.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Expected a tree to be written as JSON, but " + e, e);
        }
    }

    /** Empty when the bytes are not one JSON value. */
    static Optional<JsonNode> parse(byte[] bytes) {
        try {
            return Optional.ofNullable(JSON.readTree(bytes)).filter(node -> !node.isMissingNode());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    static byte[] error(String type, String message) {
        return bytes(object().put("errorMessage", message).put("errorType", type));
    }

    /** A trace header of the right form; nothing is traced. */
    static String traceId(String requestId) {
        String hex = requestId.replace("-", "").toLowerCase(Locale.ROOT);
        return "Root=1-" + hex.substring(0, 8) + "-" + hex.substring(8, 32) + ";Parent=" + hex.substring(0, 16)
                + ";Sampled=0";
    }
}
