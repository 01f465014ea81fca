package io.triggerflow.tests.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.triggerflow.cli.Aws;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

/** What the back ends that are not run everywhere are made of: the wait for a stack, the ways to say no. */
class BackendPartsTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final List<Map<String, String>> asked = new ArrayList<>();
    private final List<String> signatures = new ArrayList<>();
    private final Deque<String> answers = new ArrayDeque<>();
    private HttpServer server;
    private Aws aws;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            Map<String, String> fields = Stream.of(form.split("&"))
                    .map(f -> f.split("=", 2))
                    .collect(Collectors.toMap(f -> f[0], f -> URLDecoder.decode(f[1], StandardCharsets.UTF_8)));
            asked.add(fields);
            signatures.add(exchange.getRequestHeaders().getFirst("Authorization"));
            String action = fields.get("Action");
            byte[] answer = ("<" + action + "Response><" + action + "Result>" + answers.pop() + "</" + action
                            + "Result></" + action + "Response>")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        aws = new Aws(Optional.of(uri), "eu-west-1");
    }

    @AfterEach
    void stop() {
        aws.close();
        server.stop(0);
    }

    private static String stack(String status) {
        return "<Stacks><member><StackName>s</StackName><StackStatus>" + status + "</StackStatus></member></Stacks>";
    }

    private StackCreation creation() {
        return new StackCreation(aws, "s", Duration.ofMillis(1));
    }

    @Test
    void aStackIsAskedForWithItsParametersAndWaitedFor() {
        answers.addAll(List.of(
                "<StackId>x</StackId>",
                stack("CREATE_IN_PROGRESS"),
                stack("CREATE_IN_PROGRESS"),
                stack("CREATE_COMPLETE")));
        creation().begin("https://s3.amazonaws.com/b/t.json", Map.of("DataRetention", "Delete & more"));
        creation().await(LONG);
        Map<String, String> create = asked.getFirst();
        assertEquals("CreateStack", create.get("Action"));
        assertEquals("https://s3.amazonaws.com/b/t.json", create.get("TemplateURL"));
        assertEquals("DataRetention", create.get("Parameters.member.1.ParameterKey"));
        assertEquals("Delete & more", create.get("Parameters.member.1.ParameterValue"));
        assertEquals(4, asked.size());
        signatures.forEach(s -> assertTrue(s.contains("/eu-west-1/cloudformation/aws4_request"), s));
    }

    @Test
    void aStackThatFailsSaysWhichResourceAndWhy() {
        answers.addAll(
                List.of(
                        stack("CREATE_IN_PROGRESS"),
                        stack("ROLLBACK_IN_PROGRESS"),
                        "<StackEvents><member><LogicalResourceId>Queue</LogicalResourceId><ResourceStatus>CREATE_FAILED</ResourceStatus>"
                                + "<ResourceStatusReason>no such attribute</ResourceStatusReason></member>"
                                + "<member><LogicalResourceId>Bus</LogicalResourceId><ResourceStatus>CREATE_COMPLETE</ResourceStatus></member></StackEvents>"));
        var error = assertThrows(IllegalStateException.class, () -> creation().await(LONG));
        assertEquals(
                "Expected stack s to be complete within PT30S, but it is ROLLBACK_IN_PROGRESS\n  Queue: no such attribute",
                error.getMessage());
    }

    @Test
    void aStackThatTakesTooLongSaysWhereItStands() {
        answers.addAll(List.of(stack("CREATE_IN_PROGRESS"), "<StackEvents/>"));
        var error = assertThrows(IllegalStateException.class, () -> creation().await(Duration.ZERO));
        assertTrue(error.getMessage().endsWith("but it is CREATE_IN_PROGRESS"), error.getMessage());
    }

    @Test
    void dockerThatDoesNotAnswerIsMissing() {
        assertEquals(Optional.empty(), Docker.missing(() -> true, LONG));
        assertEquals(
                Optional.of("Expected a Docker engine to run LocalStack in, but none answers"),
                Docker.missing(() -> false, LONG));
        assertEquals(
                Optional.of(
                        "Expected a Docker engine to run LocalStack in, but: java.lang.IllegalStateException: broken"),
                Docker.missing(
                        () -> {
                            throw new IllegalStateException("broken");
                        },
                        LONG));
    }

    @Test
    void dockerThatKeepsOneWaitingIsMissing() {
        CountDownLatch asleep = new CountDownLatch(1);
        assertEquals(
                Optional.of("Expected a Docker engine to run LocalStack in, but none answers within PT0.01S"),
                Docker.missing(
                        () -> {
                            try {
                                asleep.await();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                            return true;
                        },
                        Duration.ofMillis(10)));
        asleep.countDown();
    }

    @Test
    void aReasonSkipsTheSuite() {
        assertFalse(LocalStackTest.WhereItRuns.result(Optional.empty()).isDisabled());
        var skipped = LocalStackTest.WhereItRuns.result(Optional.of("Expected the reason of a test, but this is one"));
        assertTrue(skipped.isDisabled());
        assertEquals(Optional.of("Expected the reason of a test, but this is one"), skipped.getReason());
    }

    /** What only the local runtime can do is refused by name. */
    @Test
    void whatABackEndCannotItRefusesWithTheReason() {
        Backend bare = new Bare();
        for (org.junit.jupiter.api.function.Executable asked : List.<org.junit.jupiter.api.function.Executable>of(
                () -> bare.killing(1, new java.util.Random()),
                () -> bare.counted("RunsStarted"),
                () -> bare.seen(Stack.root()))) {
            var aborted = assertThrows(TestAbortedException.class, asked);
            assertTrue(aborted.getMessage().endsWith(", but this is a bare back end"), aborted.getMessage());
        }
    }

    private static final class Bare implements Backend {
        @Override
        public String name() {
            return "a bare back end";
        }

        @Override
        public Deployment deployment() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Load load() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void send(List<Member> members, int perMessage) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }

    @Test
    void withoutANameNoStackIsLookedFor() {
        var error = assertThrows(IllegalArgumentException.class, () -> DeployedBackend.named("", ""));
        assertTrue(error.getMessage().startsWith("Expected -Dstack=NAME"), error.getMessage());
        assertEquals("eu-west-1", DeployedBackend.region("eu-west-1", Map.of("AWS_REGION", "us-east-2")));
        assertEquals("us-east-2", DeployedBackend.region("", Map.of("AWS_REGION", "us-east-2")));
        assertEquals("us-east-1", DeployedBackend.region("", Map.of()));
    }
}
