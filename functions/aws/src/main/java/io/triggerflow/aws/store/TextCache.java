package io.triggerflow.aws.store;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** Immutable texts that were read lately, up to a total length: the input of a run is read once, not once a turn. Thread-safe. */
final class TextCache {
    private final long capacity;
    private final Map<String, String> texts = new LinkedHashMap<>(16, 0.75f, true);
    private long size;

    /** Up to {@code capacity} characters in all. */
    TextCache(long capacity) {
        this.capacity = capacity;
    }

    /** The text of a key, read when it is not here; reading is not exclusive. */
    String get(String key, Function<String, String> read) {
        synchronized (texts) {
            String text = texts.get(key);
            if (text != null) {
                return text;
            }
        }
        String text = read.apply(key);
        put(key, text);
        return text;
    }

    boolean contains(String key) {
        synchronized (texts) {
            return texts.containsKey(key);
        }
    }

    void put(String key, String text) {
        if (text.length() > capacity / 4) {
            return;
        }
        synchronized (texts) {
            String before = texts.put(key, text);
            size += text.length() - (before == null ? 0 : before.length());
            var oldest = texts.entrySet().iterator();
            while (size > capacity) {
                size -= oldest.next().getValue().length();
                oldest.remove();
            }
        }
    }
}
