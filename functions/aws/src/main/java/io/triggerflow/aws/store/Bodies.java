package io.triggerflow.aws.store;

import io.triggerflow.aws.json.Json;
import io.triggerflow.core.model.Ids;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Bodies of items: in the item when they are small, otherwise in the blob store under a key that the item has. Thread-safe. */
final class Bodies {
    /** Enough for what the runs of a batch share, and little beside the memory of a function. */
    private static final long CACHED_CHARACTERS = 8_000_000;

    /** How a body begins that is only a reference, and how long that is at most. */
    private static final String REFERENCE = "{\"" + Keys.OBJECT + "\":\"" + Blobs.Kind.PASSING.prefix();

    private static final int MAX_REFERENCE = 200;

    private final Blobs blobs;
    private final TextCache cache = new TextCache(CACHED_CHARACTERS);

    Bodies(Blobs blobs) {
        this.blobs = blobs;
    }

    TextCache cache() {
        return cache;
    }

    /** Gives the item its body. */
    void put(Map<String, AttributeValue> item, Object json) {
        putText(item, Json.write(json), Blobs.Kind.PASSING);
    }

    void putText(Map<String, AttributeValue> item, String text, Blobs.Kind kind) {
        if (isLarge(text)) {
            item.put(Keys.OBJECT, Items.text(blobs.put(kind, text)));
        } else {
            item.put(Keys.BODY, Items.text(text));
        }
    }

    /** The body as one attribute value, for an update that cannot remove the other attribute: a reference is an object with one key. */
    AttributeValue inline(Object json) {
        String text = Json.write(json);
        return Items.text(isLarge(text) ? Json.write(Map.of(Keys.OBJECT, blobs.put(Blobs.Kind.PASSING, text))) : text);
    }

    /** The body of an item. */
    Object read(Map<String, AttributeValue> item) {
        return Json.read(readText(item));
    }

    String readText(Map<String, AttributeValue> item) {
        AttributeValue object = item.get(Keys.OBJECT);
        return object == null ? item.get(Keys.BODY).s() : cache.get(object.s(), blobs::get);
    }

    /** What {@link #inline} wrote. */
    Map<String, Object> readInline(AttributeValue value) {
        Map<String, Object> json = Json.readObject(value.s());
        return json.size() == 1 && json.get(Keys.OBJECT) instanceof String key
                ? Json.readObject(cache.get(key, blobs::get))
                : json;
    }

    /** Restarts the time that the blob store keeps what a body refers to. */
    void renew(Map<String, AttributeValue> item) {
        Optional<String> object = Items.text(item, Keys.OBJECT).or(() -> Items.text(item, Keys.BODY)
                .filter(text -> text.length() < MAX_REFERENCE && text.startsWith(REFERENCE))
                .map(text -> String.valueOf(Json.readObject(text).get(Keys.OBJECT))));
        object.ifPresent(key -> blobs.put(Blobs.Kind.PASSING, blobs.get(key)));
    }

    /** A name for a text's content. */
    static String hash(String text) {
        return Ids.hash(text);
    }

    private static boolean isLarge(String text) {
        return text.length() > Blobs.THRESHOLD
                || text.length() > Blobs.THRESHOLD / 3
                        && text.getBytes(StandardCharsets.UTF_8).length > Blobs.THRESHOLD;
    }
}
