package io.triggerflow.tests.architecture.bad.two;

import io.triggerflow.tests.architecture.bad.one.Bad;

/** The other half of a cycle, and a class of a test library where none belongs. */
public final class Worse {
    /** Of no use. */
    public Object of(Bad bad) {
        return org.junit.jupiter.api.Assertions.class.getName() + bad;
    }
}
