package io.triggerflow.core.composite;

import io.triggerflow.core.model.JsonText;

/**
 * What is kept of an event.
 *
 * @param value plain JSON
 * @param size the characters of its text
 */
record Kept(Object value, int size) {
    /** Throws IllegalArgumentException for what is not JSON. */
    static Kept of(Object value) {
        return new Kept(value, JsonText.write(value).length());
    }
}
