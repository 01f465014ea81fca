package io.triggerflow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code check}, the scripts that it writes, and {@code deploy}, which refuses what it finds. */
final class CheckCommandTest {
    private static final String FAULTY = """
            workflow: two
            triggers:
              - {id: go, on: {start: true}, actions: [{invoke: {function: A, task: a}}, {invoke: {function: B, task: b}}]}
              - {id: both, on: [{task: a}, {task: b}], condition: {join: {size: 3}}, actions: [{complete: 1}]}
            """;

    @TempDir
    private Path dir;

    private Path file(String name, String text) throws IOException {
        return Files.writeString(dir.resolve(name), text);
    }

    @Test
    void aFindingHasItsLineAndAScriptThatShowsIt() throws IOException {
        Path bundle = file("two.yaml", FAULTY);
        Ran ran = Ran.of("check", "--scripts", dir.resolve("scripts").toString(), bundle.toString());
        assertEquals(1, ran.status(), ran.toString());
        assertTrue(ran.out().contains("two.yaml:4: error join-cannot-fill: Join 'both'"), ran.out());
        Path script = dir.resolve("scripts/1-join-cannot-fill.json");
        assertTrue(ran.out().contains("triggerflow run " + bundle + " --script " + script), ran.out());
        Ran played = Ran.of("run", "--json", bundle.toString(), "--script", script.toString());
        assertEquals(0, played.status(), played.toString());
        assertEquals("RUNNING", played.json().path("status").asText());
        assertEquals(1, played.json().path("firings").path("go").asInt());
        assertTrue(played.json().path("firings").path("both").isMissingNode(), played.out());
        assertEquals(0, played.json().path("inFlight").size());
    }

    @Test
    void asOneDocument() throws IOException {
        Ran ran = Ran.of("check", "--json", file("two.yaml", FAULTY).toString());
        JsonNode first = ran.json().path("findings").path(0);
        assertEquals("join-cannot-fill", first.path("code").asText());
        assertEquals("both", first.path("trigger").asText());
        assertEquals(4, first.path("line").asInt());
        assertEquals("RUNNING", first.path("then").path("status").asText());
        assertTrue(first.path("script").size() >= 3, ran.out());
    }

    @Test
    void whatIsSoundPasses() throws IOException {
        Ran ran = Ran.of(
                "check",
                "--strict",
                file("two.yaml", FAULTY.replace("size: 3", "size: 2")).toString());
        assertEquals(0, ran.status(), ran.toString());
        assertTrue(ran.out().contains("nothing wrong was found"), ran.out());
    }

    /** A DAG is checked as what it becomes, its tasks played by the engine. */
    @Test
    void dagsAreCheckedToo() throws IOException {
        String dag = """
                dag: two
                tasks:
                  - {id: a, invoke: A}
                  - {id: b, after: [a], invoke: B}
                """;
        Path file = file("dag.yaml", dag);
        Ran ran = Ran.of("check", "--strict", "--json", file.toString());
        assertEquals(0, ran.status(), ran.toString());
        assertTrue(ran.out().contains("2 functions launched"), ran.out());
        Ran played = Ran.of(
                "run",
                "--json",
                file.toString(),
                "--script",
                file("s.yaml", "- start: {}\n- end: a\n- {end: b, outcome: failed}\n")
                        .toString());
        assertEquals("FAILED", played.json().path("status").asText(), played.toString());
        Ran invalid =
                Ran.of("check", file("bad.yaml", dag.replace("[a]", "[c]")).toString());
        assertEquals(1, invalid.status(), invalid.toString());
        assertTrue(invalid.err().contains("bad.yaml:4"), invalid.err());
    }

    /** No deployment is asked before the check: there is none here. */
    @Test
    void deployRefusesErrors() throws IOException {
        String bundle = file("two.yaml", FAULTY).toString();
        Ran refused = Ran.of("deploy", bundle, "--endpoint", "http://127.0.0.1:1");
        assertEquals(1, refused.status(), refused.toString());
        assertTrue(refused.err().contains("join-cannot-fill of 'both'"), refused.err());
        assertTrue(refused.err().contains("--unchecked"), refused.err());
        Ran asked = Ran.of("deploy", "--unchecked", bundle, "--endpoint", "http://127.0.0.1:1");
        assertEquals(2, asked.status(), asked.toString());
    }

    @Test
    void aScriptIsReadAndPlayedWithClearErrors() throws IOException {
        Path bundle = file("two.yaml", FAULTY);
        Ran misspelt = Ran.of(
                "run",
                bundle.toString(),
                "--script",
                file("s.yaml", "- start: {}\n- ends: a\n").toString());
        assertEquals(1, misspelt.status());
        assertTrue(misspelt.err().contains("s.yaml:2: $[1]: Expected a step"), misspelt.err());
        Ran none = Ran.of(
                "run",
                bundle.toString(),
                "--script",
                file("t.yaml", "- start: {}\n- end: c\n").toString());
        assertEquals(1, none.status());
        assertTrue(none.err().contains("task 'c' in flight, but in flight are [a, b]"), none.err());
        Ran failed = Ran.of(
                "run",
                bundle.toString(),
                "--script",
                file("u.yaml", "- start: {}\n- {end: a, outcome: failed}\n").toString());
        assertEquals(1, failed.status());
        assertTrue(failed.out().lines().anyMatch("status     FAILED"::equals), failed.out());
        assertEquals(
                List.of(),
                List.of(failed.err()).stream().filter(e -> !e.isEmpty()).toList());
    }
}
