package io.triggerflow.aws.store;

/** Texts too large for an item or a message, by content: the same text has the same key. Thread-safe. */
public interface Blobs {
    /** JSON longer than this many UTF-8 bytes is kept apart: an item has 400 KB, a message 1 MiB, and an event is copied a few times. */
    int THRESHOLD = 200 * 1024;

    /** How long a blob is needed. */
    enum Kind {
        /** As long as the workflow exists: definitions. */
        LASTING("definitions/"),
        /** As long as a run and its history: the bucket's life cycle may delete it after the longest time of a run. */
        PASSING("payloads/");

        private final String prefix;

        Kind(String prefix) {
            this.prefix = prefix;
        }

        /** Where the bucket keeps them. */
        public String prefix() {
            return prefix;
        }
    }

    /**
     * Keeps a text; idempotent.
     *
     * @return its key, for {@link #get}
     * @throws io.triggerflow.core.port.StoreException when it is not known whether it is kept
     */
    String put(Kind kind, String text);

    /**
     * The text of a key.
     *
     * @throws io.triggerflow.core.port.StoreException when it cannot be read now, or is gone
     */
    String get(String key);
}
