package io.triggerflow.core.composite;

/** A text or a tree that is not a composite event. The message reads "Expected ..., but ..."; that of a text ends with the character. */
public final class CompositeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String path;

    CompositeException(String path, String message) {
        super(message);
        this.path = path;
    }

    /** Where in a tree, relative to its root: for instance {@code .seq[1].within}; empty for its root, and for a text. */
    public String path() {
        return path;
    }
}
