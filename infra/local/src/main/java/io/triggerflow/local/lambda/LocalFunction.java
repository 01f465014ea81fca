package io.triggerflow.local.lambda;

/** A function of the service: its configuration, which may change, and what runs it, which does not. Thread-safe. */
final class LocalFunction implements AutoCloseable {

    private final EnvironmentPool pool;
    private final FunctionLog log;
    private volatile FunctionSpec spec;
    private volatile InvokeConfig invokeConfig;
    private volatile boolean invokeConfigured;

    LocalFunction(FunctionSpec spec, InvokeConfig invokeConfig, EnvironmentPool pool, FunctionLog log) {
        this.spec = spec;
        this.invokeConfig = invokeConfig;
        this.invokeConfigured = !invokeConfig.equals(InvokeConfig.DEFAULT);
        this.pool = pool;
        this.log = log;
    }

    FunctionSpec spec() {
        return spec;
    }

    String name() {
        return spec.name();
    }

    void change(FunctionSpec changed) {
        spec = changed;
    }

    InvokeConfig invokeConfig() {
        return invokeConfig;
    }

    /** Whether there is a configuration to get, or only AWS's defaults. */
    boolean isInvokeConfigured() {
        return invokeConfigured;
    }

    void changeInvokeConfig(InvokeConfig changed, boolean configured) {
        invokeConfig = changed;
        invokeConfigured = configured;
    }

    EnvironmentPool pool() {
        return pool;
    }

    FunctionLog log() {
        return log;
    }

    @Override
    public void close() {
        pool.close();
    }
}
