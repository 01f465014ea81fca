package io.triggerflow.local.lambda;

/** Receives what functions write. Called from many threads at once; must not block for long. */
@FunctionalInterface
public interface LogSink {

    /**
     * One line, without its line break.
     *
     * @param function the name of the function that wrote it
     */
    void line(String function, String line);
}
