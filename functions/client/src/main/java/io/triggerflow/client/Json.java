package io.triggerflow.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Reading and writing JSON, with absent, null and empty as one. */
final class Json {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {}

    static JsonNode tree(Object value) {
        try {
            return MAPPER.valueToTree(value);
        } catch (IllegalArgumentException e) {
            throw new TriggerflowException.Invalid(
                    0, "NotJson", "", "Expected a value that can be written as JSON, but: " + e.getMessage());
        }
    }

    static <T> T value(JsonNode tree, Class<T> type) {
        try {
            return MAPPER.treeToValue(tree, type);
        } catch (JsonProcessingException e) {
            throw new TriggerflowException(
                    200,
                    "UnexpectedShape",
                    "",
                    "Expected JSON that makes a " + type.getSimpleName() + ", but: " + e.getOriginalMessage(),
                    e);
        }
    }

    static byte[] bytes(JsonNode tree) {
        try {
            return MAPPER.writeValueAsBytes(tree);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Empty when the bytes are not JSON: a proxy's error page, for instance. */
    static Optional<JsonNode> parse(byte[] bytes) {
        try {
            JsonNode tree = bytes.length == 0 ? NullNode.getInstance() : MAPPER.readTree(bytes);
            return Optional.of(tree instanceof MissingNode ? NullNode.getInstance() : tree);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    static JsonNode parse(String text, String what) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            String where = e.getLocation() == null
                    ? ""
                    : " (line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr() + ")";
            throw new TriggerflowException.Invalid(
                    0, "NotJson", "$", "Expected " + what + " to be JSON, but: " + e.getOriginalMessage() + where);
        }
    }

    static Optional<String> text(JsonNode node, String field) {
        JsonNode value = node.path(field);
        return value.isMissingNode() || value.isNull() || value.asText().isEmpty()
                ? Optional.empty()
                : Optional.of(value.asText());
    }

    static Optional<Instant> instant(JsonNode node, String field) {
        return text(node, field).map(Instant::parse);
    }

    /** The items of a list field. */
    static <T> List<T> list(JsonNode node, String field, Function<JsonNode, T> item) {
        List<T> items = new ArrayList<>();
        node.path(field).forEach(child -> items.add(item.apply(child)));
        return items;
    }

    static <T> Page<T> page(JsonNode node, String field, Function<JsonNode, T> item) {
        return new Page<>(list(node, field, item), text(node, "next"));
    }
}
