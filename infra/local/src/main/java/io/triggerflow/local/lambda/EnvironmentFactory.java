package io.triggerflow.local.lambda;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Makes the execution environments of one function. Thread-safe. */
final class EnvironmentFactory implements AutoCloseable {

    private final FunctionSpec spec;
    private final HostOptions options;
    private final CodeStore codes;
    private final FunctionLog log;
    private final CpuMeter cpu;
    private final String region;
    private final AtomicInteger made = new AtomicInteger();
    private FunctionClassLoader loader;

    EnvironmentFactory(FunctionSpec spec, HostOptions options, CodeStore codes, FunctionLog log) {
        this.spec = spec;
        this.options = options;
        this.codes = codes;
        this.log = log;
        this.cpu = options.metered() ? CpuMeter.of(options.usage(), spec.name()) : CpuMeter.off();
        this.region = spec.arn().split(":")[3];
    }

    ExecutionEnvironment create() {
        boolean java = spec.runtime().startsWith("java");
        if (java && !options.isolated()) {
            return new InProcessEnvironment(
                    spec.name() + "-" + made.incrementAndGet(), this::loader, spec.handler(), log, cpu);
        }
        return new ProcessEnvironment(java ? javaCommand(List.of("-Xshare:auto")) : pythonCommand(), log, cpu);
    }

    /** One class loader for all environments of the function, made at its first cold start. */
    private synchronized FunctionClassLoader loader() {
        if (loader == null) {
            List<Path> classPath = Stream.concat(
                            CodeStore.runtimeClassPath().stream(), codes.classPath(spec.code()).stream())
                    .toList();
            try {
                loader = new FunctionClassLoader(classPath, environment(spec.code()), log.stream(), cpu::forks);
            } catch (IOException e) {
                throw new UncheckedIOException("Expected to read the code " + spec.code() + ", but " + e, e);
            }
        }
        return loader;
    }

    /**
     * As Lambda's own runtime starts Java.
     *
     * @param options of the JVM besides
     */
    ProcessEnvironment.Command javaCommand(List<String> options) {
        String classPath = Stream.concat(codes.classPath(spec.code()).stream(), CodeStore.runtimeClassPath().stream())
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator));
        List<String> line = new ArrayList<>(List.of(
                ProcessHandle.current()
                        .info()
                        .command()
                        .orElse(Path.of(System.getProperty("java.home"), "bin", "java")
                                .toString()),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                // The interface client's hooks, for libraries that know org.crac's.
                "-Dorg.crac.Core.Compat=com.amazonaws.services.lambda.crac",
                "-Xmx" + spec.memoryMegabytes() * 85 / 100 + "m",
                "--enable-native-access=ALL-UNNAMED"));
        codes.nativeClient()
                .ifPresent(file -> line.add(
                        "-Dcom.amazonaws.services.lambda.runtime.api.client.runtimeapi.NativeClient.JNI=" + file));
        line.addAll(options);
        line.addAll(List.of(
                "-cp", classPath, "com.amazonaws.services.lambda.runtime.api.client.AWSLambda", spec.handler()));
        return new ProcessEnvironment.Command(line, environment(spec.code()), codes.scratch());
    }

    private ProcessEnvironment.Command pythonCommand() {
        if (!spec.runtime().startsWith("python")) {
            throw new IllegalStateException("Expected a runtime java* or python* for the function " + spec.name()
                    + ", but it is '" + spec.runtime() + "': the local runtime has no client for it");
        }
        Path directory = codes.directory(spec.code());
        Map<String, String> environment = environment(directory);
        environment.merge("PYTHONPATH", directory.toString(), (own, root) -> own + File.pathSeparator + root);
        return new ProcessEnvironment.Command(
                List.of("python3", "-m", "awslambdaric", spec.handler()), environment, directory);
    }

    private Map<String, String> environment(Path taskRoot) {
        Map<String, String> all = new HashMap<>();
        all.put("PATH", System.getenv().getOrDefault("PATH", "/usr/bin:/bin"));
        all.put("LANG", "en_US.UTF-8");
        all.put("TZ", ":UTC");
        all.put("_HANDLER", spec.handler());
        all.put("LAMBDA_TASK_ROOT", taskRoot.toAbsolutePath().toString());
        all.put("AWS_EXECUTION_ENV", "AWS_Lambda_" + spec.runtime());
        all.put("AWS_LAMBDA_FUNCTION_NAME", spec.name());
        all.put("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST");
        all.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", String.valueOf(spec.memoryMegabytes()));
        all.put("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand");
        all.put("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/" + spec.name());
        all.put("AWS_LAMBDA_LOG_STREAM_NAME", "local");
        all.put("AWS_REGION", region);
        all.put("AWS_DEFAULT_REGION", region);
        // Signatures are not verified: the access key says who calls, and any that IAM gave to no function is an
        // administrator's.
        all.put("AWS_ACCESS_KEY_ID", "local");
        all.put("AWS_SECRET_ACCESS_KEY", "local");
        all.put("AWS_ENDPOINT_URL", options.endpoint().toString());
        all.put("AWS_EC2_METADATA_DISABLED", "true");
        all.putAll(spec.environment());
        all.putAll(options.iam().credentials(spec.name()));
        return all;
    }

    @Override
    public synchronized void close() {
        if (loader != null) {
            try {
                loader.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
