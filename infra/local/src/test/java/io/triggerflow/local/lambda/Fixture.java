package io.triggerflow.local.lambda;

import com.sun.net.httpserver.HttpServer;
import io.triggerflow.local.template.LocalNames;
import io.triggerflow.local.template.TemplateReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.ToolProvider;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/** A Lambda service over a template and freshly compiled functions, behind a real port, with a real client. */
final class Fixture implements AutoCloseable {

    private final HttpServer server;
    private final LambdaService service;
    private final LambdaClient client;

    private Fixture(HttpServer server, LambdaService service) {
        this.server = server;
        this.service = service;
        this.client = LambdaClient.builder()
                .endpointOverride(
                        URI.create("http://127.0.0.1:" + server.getAddress().getPort()))
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("a", "b")))
                .overrideConfiguration(c -> c.retryStrategy(r -> r.maxAttempts(1)))
                .httpClientBuilder(ApacheHttpClient.builder())
                .build();
    }

    /** Starts the service of a template; {@code code.zip} beside it is made by {@link #zip}. */
    static Fixture start(Path directory, String yaml, SqsClient sqs, UnaryOperator<HostOptions> options) {
        System.setProperty("sun.net.httpserver.nodelay", "true");
        try {
            Files.writeString(directory.resolve("template.yaml"), yaml);
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            int port = server.getAddress().getPort();
            HostOptions base = HostOptions.at(URI.create("http://127.0.0.1:" + port));
            LambdaService service = LambdaService.fromTemplate(
                    TemplateReader.read(directory.resolve("template.yaml"), Map.of(), LocalNames.onPort(port)),
                    options.apply(base),
                    sqs);
            server.createContext("/", service::handle);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.start();
            service.start();
            return new Fixture(server, service);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    LambdaService service() {
        return service;
    }

    LambdaClient client() {
        return client;
    }

    /** Compiles one source file and packs it as Lambda takes it: classes at the root, libraries in lib/. */
    static Path zip(Path directory, String className, String source) {
        try {
            Path sources = Files.createDirectories(directory.resolve("src"));
            Path classes = Files.createDirectories(directory.resolve("classes-" + className));
            Path file = Files.writeString(sources.resolve(className + ".java"), source);
            String libraries = location("com.amazonaws.services.lambda.runtime.Context")
                    + java.io.File.pathSeparator
                    + location("com.amazonaws.services.lambda.runtime.events.SQSEvent");
            int status = ToolProvider.getSystemJavaCompiler()
                    .run(
                            null,
                            null,
                            null,
                            "--release",
                            "21",
                            "-proc:none",
                            "-parameters",
                            "-d",
                            classes.toString(),
                            "-cp",
                            libraries,
                            file.toString());
            if (status != 0) {
                throw new IllegalStateException(
                        "Expected " + className + " to compile, but the compiler said " + status);
            }
            Path zip = directory.resolve("code.zip");
            try (OutputStream out = Files.newOutputStream(zip);
                    ZipOutputStream entries = new ZipOutputStream(out)) {
                List<Path> files = new ArrayList<>();
                try (var walk = Files.walk(classes)) {
                    walk.filter(Files::isRegularFile).forEach(files::add);
                }
                for (Path each : files) {
                    add(entries, classes.relativize(each).toString(), each);
                }
                // The event classes need Joda-Time: on AWS too, a function without it cannot map them.
                for (String library :
                        List.of("com.amazonaws.services.lambda.runtime.events.SQSEvent", "org.joda.time.DateTime")) {
                    add(entries, "lib/" + location(library).getFileName(), location(library));
                }
            }
            return zip;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void add(ZipOutputStream zip, String name, Path file) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        Files.copy(file, zip);
        zip.closeEntry();
    }

    static Path location(String className) {
        try {
            return Path.of(Class.forName(className)
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (ReflectiveOperationException | java.net.URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits for a fact; fails naming it when it has not come true in time. */
    static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("Expected " + what + " within 30 s, but it did not happen");
            }
            Thread.onSpinWait();
            java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
        }
    }

    @Override
    public void close() {
        client.close();
        service.close();
        server.stop(0);
    }
}
