package io.triggerflow.tests.sim;

/** A law that did not hold. */
public final class Broken extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String law;

    public Broken(String law, String message) {
        super(law + ": " + message);
        this.law = law;
    }

    /** For instance {@code L5}. */
    public String law() {
        return law;
    }
}
