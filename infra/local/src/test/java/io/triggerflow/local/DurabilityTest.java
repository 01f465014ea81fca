package io.triggerflow.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.triggerflow.local.gateway.AwsJsonClient;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was acknowledged is there after {@code kill -9}: items, messages, deletions of messages, objects, schedules. */
class DurabilityTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Acknowledged rounds before the kill; the kill hits the child in the middle of a later one. */
    private static final int ROUNDS = 60;

    @TempDir
    private Path data;

    @Test
    void acknowledgedWritesSurviveKillMinusNine() throws Exception {
        Set<Integer> acknowledged = writeAndKill(ROUNDS);
        try (LocalRuntime runtime = LocalRuntime.start(options(data));
                var dynamoDb = AwsJsonClient.dynamoDb(runtime.endpoint(), "us-east-1");
                var sqs = AwsJsonClient.sqs(runtime.endpoint(), "us-east-1")) {
            Set<Integer> items = new HashSet<>();
            dynamoDb.call(
                            "Scan",
                            JSON.createObjectNode()
                                    .put("TableName", "triggerflow-Simple")
                                    .put("ConsistentRead", true))
                    .path("Items")
                    .forEach(item ->
                            items.add(Integer.parseInt(item.path("id").path("S").asText())));
            assertEquals(Set.of(), missing(acknowledged, items), "items that were acknowledged and are gone");

            assertEquals(
                    Set.of(),
                    missing(even(acknowledged), drain(sqs, runtime.endpoint(), "triggerflow-Work")),
                    "messages that were acknowledged and are gone");
            Set<Integer> back = drain(sqs, runtime.endpoint(), "triggerflow-Dead");
            back.retainAll(acknowledged);
            assertEquals(Set.of(), back, "messages that are back though their deletion was acknowledged");

            JsonNode attributes = sqs.call(
                            "GetQueueAttributes",
                            JSON.createObjectNode()
                                    .put("QueueUrl", url(runtime.endpoint(), "triggerflow-Work"))
                                    .set(
                                            "AttributeNames",
                                            JSON.createArrayNode().add("All")))
                    .path("Attributes");
            assertTrue(attributes.path("RedrivePolicy").asText().contains("triggerflow-Dead"), attributes::toString);
            int last = acknowledged.stream().mapToInt(i -> i).max().orElseThrow();
            assertEquals("object " + last, get(runtime.endpoint(), "/triggerflow-files/" + last));
            assertTrue(schedule(runtime.endpoint(), "s" + last).contains("rate(" + (last + 1)), "the schedule");
        }
    }

    @Test
    void aDataDirectoryInUseIsSaid() throws Exception {
        try (LocalRuntime runtime = LocalRuntime.start(options(data))) {
            var error = assertThrows(IllegalStateException.class, () -> LocalRuntime.start(options(data)));
            assertTrue(error.getMessage().contains("another local runtime uses it"), error.getMessage());
            assertTrue(runtime.port() > 0);
        }
    }

    private static LocalRuntimeOptions options(Path data) throws Exception {
        Path template =
                Path.of(DurabilityTest.class.getResource("services.yaml").toURI());
        return LocalRuntimeOptions.of(template).withPort(0).withDataDir(data);
    }

    private Set<Integer> writeAndKill(int rounds) throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        classPath(),
                        Child.class.getName(),
                        data.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        Set<Integer> acknowledged = new TreeSet<>();
        try (var out = new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                acknowledged.add(Integer.parseInt(line));
                if (acknowledged.size() == rounds) {
                    child.toHandle()
                            .destroyForcibly(); // SIGKILL: no shutdown hook, no flush; Process itself would close the
                    // pipe
                }
            }
        } finally {
            child.destroyForcibly().waitFor();
        }
        assertTrue(
                acknowledged.size() >= rounds,
                "Expected " + rounds + " rounds before the kill, but the child ended after " + acknowledged.size());
        return acknowledged;
    }

    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
                .replace(File.pathSeparator + File.pathSeparator, File.pathSeparator);
    }

    private static Set<Integer> missing(Set<Integer> wanted, Set<Integer> present) {
        var missing = new TreeSet<>(wanted);
        missing.removeAll(present);
        return missing;
    }

    private static Set<Integer> even(Set<Integer> numbers) {
        return new TreeSet<>(numbers.stream().filter(n -> n % 2 == 0).toList());
    }

    private static Set<Integer> drain(AwsJsonClient sqs, URI endpoint, String queue) throws IOException {
        var found = new HashSet<Integer>();
        while (true) {
            JsonNode messages = sqs.call(
                            "ReceiveMessage",
                            JSON.createObjectNode()
                                    .put("QueueUrl", url(endpoint, queue))
                                    .put("MaxNumberOfMessages", 10))
                    .path("Messages");
            if (messages.isEmpty()) {
                return found;
            }
            messages.forEach(message -> {
                String body = message.path("Body").asText();
                if (!body.startsWith("{")) { // the bucket's notifications are here, too
                    found.add(Integer.parseInt(body));
                }
            });
        }
    }

    private static String url(URI endpoint, String queue) {
        return endpoint + "/000000000000/" + queue;
    }

    private static String get(URI endpoint, String path) throws Exception {
        return http(HttpRequest.newBuilder(endpoint.resolve(path)).build());
    }

    private static String schedule(URI endpoint, String name) throws Exception {
        return http(
                HttpRequest.newBuilder(endpoint.resolve("/schedules/" + name)).build());
    }

    private static String http(HttpRequest request) throws Exception {
        try (var client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        }
    }

    /** Writes rounds until it is killed, and prints the number of each round that was acknowledged as a whole. */
    static final class Child {
        private Child() {}

        public static void main(String[] args) throws Exception {
            try (LocalRuntime runtime = LocalRuntime.start(options(Path.of(args[0])));
                    var dynamoDb = AwsJsonClient.dynamoDb(runtime.endpoint(), "us-east-1");
                    var sqs = AwsJsonClient.sqs(runtime.endpoint(), "us-east-1")) {
                for (int round = 0; round < 100_000; round++) {
                    write(runtime.endpoint(), dynamoDb, sqs, round);
                    System.out.println(round);
                }
            } finally {
                Runtime.getRuntime().halt(1);
            }
        }

        private static void write(URI endpoint, AwsJsonClient dynamoDb, AwsJsonClient sqs, int round) throws Exception {
            var put = JSON.createObjectNode().put("TableName", "triggerflow-Simple");
            put.putObject("Item").putObject("id").put("S", Integer.toString(round));
            dynamoDb.call("PutItem", put);
            String queue = url(endpoint, round % 2 == 0 ? "triggerflow-Work" : "triggerflow-Dead");
            sqs.call(
                    "SendMessage",
                    JSON.createObjectNode().put("QueueUrl", queue).put("MessageBody", Integer.toString(round)));
            if (round % 2 == 1) {
                JsonNode message = sqs.call(
                                "ReceiveMessage",
                                JSON.createObjectNode().put("QueueUrl", queue).put("WaitTimeSeconds", 5))
                        .path("Messages")
                        .path(0);
                sqs.call(
                        "DeleteMessage",
                        JSON.createObjectNode()
                                .put("QueueUrl", queue)
                                .put(
                                        "ReceiptHandle",
                                        message.path("ReceiptHandle").asText()));
            }
            http(HttpRequest.newBuilder(endpoint.resolve("/triggerflow-files/" + round))
                    .PUT(HttpRequest.BodyPublishers.ofString("object " + round))
                    .build());
            http(HttpRequest.newBuilder(endpoint.resolve("/schedules/s" + round))
                    .POST(
                            HttpRequest.BodyPublishers.ofString(
                                    "{\"ScheduleExpression\":\"rate(" + (round + 1)
                                            + " days)\",\"FlexibleTimeWindow\":{\"Mode\":\"OFF\"},\"Target\":{\"Arn\":\"arn:aws:sqs:us-east-1:000000000000:triggerflow-Work\"}}"))
                    .build());
        }
    }
}
