package io.triggerflow.local.lambda;

/** One place that runs one function, one call at a time. Made cold at its first call. */
interface ExecutionEnvironment extends AutoCloseable {

    /** Runs one call to its end, its timeout or its environment's death. Never throws; never called by two threads at once. */
    Outcome invoke(Invocation invocation);

    /** Ends whatever still runs in it. May be called at any time, more than once. */
    @Override
    void close();
}
