package io.triggerflow.local.lambda;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The Lambda Runtime API (2018-06-01) for one execution environment: its process asks here for the next invocation and posts the
 * answer. One server an environment, because the API's address names no environment.
 */
final class RuntimeApi implements AutoCloseable {

    private static final String BASE = "/2018-06-01/runtime/";

    /** What the process said about an invocation. */
    record Answer(byte[] payload, boolean failed) {}

    private record Pending(Invocation invocation, CompletableFuture<Answer> answer) {}

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final BlockingQueue<Pending> next = new ArrayBlockingQueue<>(1);
    private final CountDownLatch ready = new CountDownLatch(1);
    private final CompletableFuture<byte[]> initError = new CompletableFuture<>();
    private volatile Pending current;
    private volatile OptionalLong checkpoint = OptionalLong.empty();

    RuntimeApi() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(BASE, this::handle);
        server.setExecutor(threads);
        server.start();
    }

    String address() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** Open once the process has asked for its first invocation, which ends its init phase. */
    CountDownLatch ready() {
        return ready;
    }

    /** When, by {@link System#nanoTime}, the process was ready for a snapshot: it goes on as if it had been restored from it. */
    OptionalLong checkpoint() {
        return checkpoint;
    }

    /** Completes with the error's JSON when the process says that it could not start. */
    CompletableFuture<byte[]> initError() {
        return initError;
    }

    CompletableFuture<Answer> offer(Invocation invocation) {
        Pending pending = new Pending(invocation, new CompletableFuture<>());
        current = pending;
        next.add(pending);
        return pending.answer();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String call = exchange.getRequestURI().getPath().substring(BASE.length());
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (call.equals("invocation/next")) {
                answerNext(exchange);
            } else if (call.equals("restore/next")) {
                checkpoint = OptionalLong.of(System.nanoTime());
                accepted(exchange, 200);
            } else if (call.equals("init/error")) {
                initError.complete(body);
                accepted(exchange);
            } else if (call.startsWith("invocation/")) {
                Optional.ofNullable(current)
                        .filter(p -> call.contains(p.invocation().requestId()))
                        .ifPresent(p -> p.answer().complete(new Answer(body, call.endsWith("/error"))));
                accepted(exchange);
            } else {
                exchange.sendResponseHeaders(404, -1);
            }
        }
    }

    private void answerNext(HttpExchange exchange) throws IOException {
        ready.countDown();
        try {
            Invocation invocation = next.take().invocation();
            var headers = exchange.getResponseHeaders();
            headers.set("Content-Type", "application/json");
            headers.set("Lambda-Runtime-Aws-Request-Id", invocation.requestId());
            headers.set(
                    "Lambda-Runtime-Deadline-Ms",
                    String.valueOf(
                            System.currentTimeMillis() + invocation.timeout().toMillis()));
            headers.set("Lambda-Runtime-Invoked-Function-Arn", invocation.arn());
            headers.set("Lambda-Runtime-Trace-Id", Wire.traceId(invocation.requestId()));
            invocation.clientContext().ifPresent(context -> headers.set("Lambda-Runtime-Client-Context", context));
            exchange.sendResponseHeaders(200, invocation.payload().length == 0 ? -1 : invocation.payload().length);
            exchange.getResponseBody().write(invocation.payload());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void accepted(HttpExchange exchange) throws IOException {
        accepted(exchange, 202);
    }

    private static void accepted(HttpExchange exchange, int status) throws IOException {
        byte[] body = "{\"status\":\"OK\"}".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
