package io.triggerflow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands through {@link Main}: output, exit status, errors. */
final class CliTest {
    private static final String RUN =
            "{\"workspace\":\"default\",\"name\":\"r1\",\"workflow\":\"f\",\"version\":\"v\",\"status\":\"%s\",\"startedAt\":\"2026-11-01T10:00:00Z\","
                    + "\"endedAt\":\"2026-11-01T10:00:02Z\",\"output\":{\"n\":7}%s}";

    @TempDir
    private Path dir;

    private Path file(String name, String text) throws IOException {
        return Files.writeString(dir.resolve(name), text);
    }

    /** A deployment that answers every request alike. */
    private static Ran against(String answer, String... args) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                exchange.getRequestBody().readAllBytes();
                byte[] body = answer.getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(answer.contains("\"error\":\"NotFound\"") ? 404 : 200, body.length);
                exchange.getResponseBody().write(body);
            }
        });
        server.start();
        try {
            List<String> all = new java.util.ArrayList<>(List.of(args));
            all.addAll(List.of(
                    "--endpoint", "http://127.0.0.1:" + server.getAddress().getPort()));
            return Ran.of(all.toArray(String[]::new));
        } finally {
            server.stop(0);
        }
    }

    @Test
    void validYamlAndJson() throws IOException {
        Path yaml = file(
                "a.yaml", "workflow: a\ntriggers:\n  - id: t\n    on: {start: true}\n    actions: [{complete: 1}]\n");
        Path json = file(
                "a.json",
                "{\"workflow\":\"a\",\"triggers\":[{\"id\":\"t\",\"on\":{\"start\":true},\"actions\":[{\"complete\":1}]}]}");
        Ran ran = Ran.of("validate", yaml.toString(), json.toString());
        assertEquals(0, ran.status(), ran.toString());
        assertEquals(
                2,
                ran.out()
                        .lines()
                        .filter(line -> line.contains("valid, workflow a"))
                        .count());
        assertEquals("", ran.err());
    }

    @Test
    void aDagIsKnownByItsFirstKey() throws IOException {
        Path good = file("dag.yaml", "dag: d\ntasks:\n  - {id: a, invoke: f}\n  - {id: b, after: a}\n");
        Ran ran = Ran.of("validate", good.toString());
        assertEquals(0, ran.status(), ran.toString());
        assertTrue(ran.out().contains("valid, DAG d version ") && ran.out().contains("with 2 tasks"), ran.out());
        Path bad = file("bad.yaml", "dag: d\ntasks:\n  - id: a\n    after: b\n  - id: b\n    after: [a]\n");
        Ran wrong = Ran.of("validate", bad.toString());
        assertEquals(1, wrong.status());
        assertTrue(wrong.out().contains("bad.yaml:4: $.tasks[0].after: Expected tasks that do not wait"), wrong.out());
        assertTrue(wrong.out().contains("a -> b -> a"), wrong.out());
    }

    @Test
    void allProblemsWithLineAndPath() throws IOException {
        Path file = file(
                "bad.yaml",
                "workflow: a\ntriggers:\n  - id: t\n    on: {start: true}\n    condition:\n      jion: {size: 2}\n    actions:\n      - invoke: {functoin: X}\n");
        Ran ran = Ran.of("validate", file.toString());
        assertEquals(1, ran.status());
        assertTrue(ran.out().contains("bad.yaml:6: $.triggers[0].condition.jion: Expected"), ran.out());
        assertTrue(ran.out().contains("bad.yaml:8: $.triggers[0].actions[0].invoke.functoin: Expected"), ran.out());
        Ran json = Ran.of("validate", "--json", file.toString());
        assertEquals(1, json.status());
        assertFalse(json.json().path("valid").asBoolean());
        assertEquals(
                6,
                json.json().path("problems").findValues("line").stream()
                        .mapToInt(n -> n.asInt())
                        .min()
                        .orElseThrow());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"workflow\": \"a\",\n \"triggers\": [}",
                "workflow: a\ntriggers: [",
                "workflow: a\nworkflow: b\n",
                "a: &x [*x]\n",
                "{\"a\":1,\n\"a\":2}",
                "",
                "\t- x"
            })
    void syntaxIsToldWithItsLine(String text) throws IOException {
        Path file = file("broken", text);
        Ran ran = Ran.of("validate", "--json", file.toString());
        assertEquals(1, ran.status(), ran.toString());
        assertTrue(ran.json().path("problems").path(0).path("line").asInt() >= 1, ran.out());
    }

    @Test
    void keysAndTextsThatOldYamlMistakes() {
        Source source = Source.of("on: yes\nday: 2026-11-01\nport: 0x1F\ndeep: {a: [1, 2.5, null, 'true', true]}\n");
        assertEquals(
                "{on=yes, day=2026-11-01, port=0x1F, deep={a=[1, 2.5, null, true, true]}}",
                source.tree().toString());
        assertEquals(4, source.line("$.deep.a[3]").orElseThrow());
        assertEquals(1, source.line("$.on.what.is.not.there").orElseThrow());
    }

    /** What a parser that makes objects would run is refused. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a: !!java.lang.ProcessBuilder x",
                "a: !!javax.script.ScriptEngineManager [!!java.net.URL 'http://127.0.0.1:1/']",
                "a: !!python/object/apply:os.system [ls]"
            })
    void tagsNameNoClasses(String yaml) {
        assertThrows(Source.SyntaxException.class, () -> Source.of(yaml));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "frobnicate",
                "",
                "trigger",
                "validate",
                "runs --limit x",
                "bench nothing",
                "start",
                "start w --input {",
                "validate /no/such/file",
                "dev -t /no/such.yaml",
                "dev --faults nonsense",
                "demo /no/such/directory",
                "bench noop --events 0",
                "bench joins --events 300 --warm-up 100",
                "bench join --idle -1",
                "bench join --isolated --endpoint http://127.0.0.1:1"
            })
    void wrongUsageIsOneLineAndStatusTwo(String command) throws IOException {
        String[] args = command.isEmpty() ? new String[0] : command.split(" ");
        Ran ran = Ran.of(args);
        assertEquals(2, ran.status(), ran.toString());
        assertEquals("", ran.out());
        assertEquals(1, ran.err().lines().count(), ran.err());
        String[] withJson = java.util.stream.Stream.concat(
                        java.util.Arrays.stream(args), java.util.stream.Stream.of("--json"))
                .toArray(String[]::new);
        Ran json = Ran.of(withJson);
        assertEquals(2, json.status());
        assertTrue(json.json().path("message").asText().contains(""), json.out());
        assertFalse(json.json().path("error").asText().isEmpty(), json.out());
        assertEquals("", json.err());
    }

    @Test
    void nobodyThere() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Ran ran = Ran.of("runs", "--endpoint", "http://127.0.0.1:" + port);
        assertEquals(2, ran.status(), ran.toString());
        assertTrue(ran.err().contains("triggerflow dev"), ran.err());
        assertFalse(ran.err().contains("\tat "), ran.err());
    }

    @Test
    void aRunThatSucceeds() throws IOException {
        Ran ran = against(RUN.formatted("SUCCEEDED", ""), "run", "f");
        assertEquals(0, ran.status(), ran.toString());
        assertEquals(7, ran.json().path("n").asInt());
        Ran json = against(RUN.formatted("SUCCEEDED", ""), "run", "f", "--json");
        assertEquals("SUCCEEDED", json.json().path("status").asText());
        assertEquals("", json.err());
    }

    @Test
    void aRunThatFails() throws IOException {
        Ran ran = against(
                RUN.formatted("FAILED", ",\"failure\":{\"error\":\"Boom\",\"message\":\"it broke\",\"at\":\"t\"}"),
                "run",
                "f");
        assertEquals(1, ran.status());
        assertTrue(ran.err().contains("FAILED after 2.0 s: Boom: it broke (at t)"), ran.err());
    }

    @Test
    void whatThereIsNot() throws IOException {
        Ran ran = against("{\"error\":\"NotFound\",\"message\":\"Expected run 'x', but there is none\"}", "show", "x");
        assertEquals(1, ran.status());
        assertEquals(
                "triggerflow: Expected run 'x', but there is none", ran.err().strip());
    }

    @Test
    void listsAreTablesOrOneDocument() throws IOException {
        String answer = "{\"runs\":[" + RUN.formatted("SUCCEEDED", "") + "],\"next\":\"t\"}";
        Ran ran = against(answer, "runs");
        assertEquals(0, ran.status(), ran.toString());
        assertTrue(ran.out().lines().toList().get(1).matches("r1 +f +SUCCEEDED .* 2.0 s"), ran.out());
        assertEquals("t", against(answer, "runs", "--json").json().path("next").asText());
    }

    @Test
    void aLoadHasItsPriceAndSoHaveOthers() throws IOException {
        JsonNode million = Ran.of("cost", "--transitions", "1M", "--json").json();
        assertTrue(million.path("orchestrationDollars").asDouble() < 2.5, million.toString());
        JsonNode standard = million.path("others").path(0);
        assertEquals(25, standard.path("dollars").asDouble(), 1e-9);
        assertTrue(million.path("standingDollars").asDouble() > 0);
        JsonNode joins =
                Ran.of("cost", "--members", "1e6", "--batch", "1000", "--json").json();
        assertTrue(
                joins.path("orchestrationDollars").asDouble()
                        < million.path("orchestrationDollars").asDouble(),
                joins.toString());
        JsonNode long4 =
                Ran.of("cost", "--runs", "2", "--transitions", "8k", "--json").json();
        assertFalse(
                long4.path("others").path(2).path("possible").asBoolean(), "4,000 operations of a durable function");
        assertEquals(2, Ran.of("cost").status());
        assertEquals(2, Ran.of("cost", "--runs", "-1").status());
        assertEquals(2, Ran.of("cost", "--runs", "1", "--batch", "0").status());
        assertTrue(Ran.of("cost", "--runs", "10k").out().contains("us-east-1 list prices of 2026-11"));
    }

    @Test
    void theStepsOfARunAreTakenFromItsHistory() throws IOException {
        String answer =
                "{\"name\":\"r\",\"status\":\"SUCCEEDED\",\"startedAt\":\"2026-11-01T10:00:00Z\",\"endedAt\":\"2026-11-01T10:00:07Z\",\"entries\":["
                        + "{\"kind\":\"FIRED\",\"cause\":{\"type\":\"triggerflow.run.started\"},\"launches\":[{\"kind\":\"fanout\",\"items\":100},{\"kind\":\"invoke\"}]},"
                        + "{\"kind\":\"FIRED\",\"cause\":{\"type\":\"triggerflow.task.succeeded\",\"launch\":\"l\"},\"launches\":[]},"
                        + "{\"kind\":\"FIRED\",\"cause\":{\"type\":\"triggerflow.task.succeeded\"},\"launches\":[]}]}";
        JsonNode one = against(answer, "cost", "--run", "r", "--json").json();
        assertEquals(
                "{\"runs\":1.0,\"transitions\":2.0,\"members\":100.0,\"batch\":10,\"kilobytes\":1.0,\"engineGigabytes\":1.0,\"runSeconds\":7.0,"
                        + "\"functionGigabyteSeconds\":0.0}",
                one.path("load").toString());
        assertEquals(0, one.path("standingDollars").asDouble());
        JsonNode many =
                against(answer, "cost", "--run", "r", "--runs", "10", "--json").json();
        assertEquals(1_000, many.path("load").path("members").asInt());
    }
}
