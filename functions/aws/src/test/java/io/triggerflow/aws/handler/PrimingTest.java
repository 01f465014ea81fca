package io.triggerflow.aws.handler;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.triggerflow.aws.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpFullRequest;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;

/** What is done before a snapshot. That it warms a real process is shown where there are processes: {@code ColdStartTest}. */
class PrimingTest {
    private static final Map<String, String> ENVIRONMENT = Map.of(
            "TABLE_NAME", "t",
            "BUCKET_NAME", "b",
            "QUEUE_URL", "https://sqs/1/q",
            "QUEUE_ARN", "arn:aws:sqs:r:1:q",
            "BUS_NAME", "b",
            "SCHEDULE_GROUP", "g",
            "SCHEDULE_ROLE_ARN", "arn:aws:iam::1:role/r");

    @Test
    void aRunIsStartedLaunchesAndEndsAndNothingOfItFails() {
        List<String> lines = new ArrayList<>();
        Rehearsal.of(new Environment(ENVIRONMENT::get), lines::add);
        assertEquals(3, lines.size(), lines::toString);
        assertEquals(1, Json.readObject(lines.get(0)).get("RunsStarted"));
        assertEquals(1, Json.readObject(lines.get(1)).get("Launches"));
        assertEquals(1, Json.readObject(lines.get(2)).get("RunsSucceeded"));
        lines.forEach(line -> assertEquals(null, Json.readObject(line).get("BatchItemFailures"), line));
    }

    @Test
    void noInitFailsBecausePrimingDoes() {
        Priming broken = new Priming(() -> {
            throw new IllegalStateException("no table yet");
        });
        Priming unlinked = new Priming(() -> {
            throw new NoClassDefFoundError("a/condition/of/ones/own");
        });
        assertDoesNotThrow(() -> broken.beforeCheckpoint(null));
        assertDoesNotThrow(() -> unlinked.beforeCheckpoint(null));
        assertDoesNotThrow(() -> unlinked.afterRestore(null));
    }

    /** The server keeps the connection open, as services do; its end of it ends because the client's does. */
    @Test
    void noConnectionStaysOpen() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                SdkHttpClient client = new PassingHttpClient(UrlConnectionHttpClient.builder()
                        .socketTimeout(Duration.ofSeconds(30))
                        .build())) {
            CompletableFuture<Integer> afterwards = CompletableFuture.supplyAsync(() -> answerOnce(server));
            HttpExecuteResponse answer = client.prepareRequest(HttpExecuteRequest.builder()
                            .request(SdkHttpFullRequest.builder()
                                    .method(SdkHttpMethod.GET)
                                    .uri(URI.create("http://127.0.0.1:" + server.getLocalPort() + "/"))
                                    .build())
                            .build())
                    .call();
            assertEquals("{}", new String(answer.responseBody().orElseThrow().readAllBytes(), StandardCharsets.UTF_8));
            assertEquals(-1, afterwards.get(30, TimeUnit.SECONDS), "the end of the connection");
        }
    }

    /** Answers one request; then, what comes next on its connection. */
    private static int answerOnce(ServerSocket server) {
        try (Socket connection = server.accept()) {
            // Less than the JDK is asked to keep the idle connection.
            connection.setSoTimeout(20_000);
            InputStream in = connection.getInputStream();
            String head = "";
            while (!head.endsWith("\r\n\r\n")) {
                head += (char) in.read();
            }
            connection
                    .getOutputStream()
                    .write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nKeep-Alive: timeout=60\r\n\r\n{}"
                            .getBytes(StandardCharsets.US_ASCII));
            connection.getOutputStream().flush();
            return in.read();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
