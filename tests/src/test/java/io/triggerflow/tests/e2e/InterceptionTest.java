package io.triggerflow.tests.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The examples of interception and patching, as they are shipped, on the whole deployment. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InterceptionTest {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Path EXAMPLES = Stack.root().resolve("functions/examples");

    @RegisterExtension
    static final Granted granted = new Granted();

    private Stack stack;

    @BeforeAll
    void start() {
        stack = granted.watch(new Stack(Stack.options()));
        for (String bundle : List.of("prewarm", "circuit-breaker", "order")) {
            stack.deploy(EXAMPLES.resolve("bundles/" + bundle + ".yaml"));
        }
    }

    @AfterAll
    void stop() {
        stack.close();
    }

    private static Object file(String name) {
        try {
            return new YAMLMapper()
                    .readValue(Files.readString(EXAMPLES.resolve("interceptors/" + name + ".yaml")), Object.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String run(String name) {
        return "/workspaces/default/runs/" + name;
    }

    /** An order with these interceptors, that is paid. */
    private void paid(String name, int amount, String... interceptors) {
        stack.start("order", name, Map.of());
        for (String interceptor : interceptors) {
            stack.call("POST", run(name) + "/interceptors?by=me", file(interceptor));
        }
        emit(name, "paid", Map.of("amount", amount, "card", "4000123412349876"));
    }

    private void emit(String name, String type, Object data) {
        stack.call("POST", run(name) + "/events", Map.of("type", type, "data", data));
    }

    private JsonNode ended(String name) {
        return stack.await(name, LIMIT);
    }

    private JsonNode entries(String name) {
        return stack.call("GET", run(name) + "/history", null).path("entries");
    }

    private long launches(String name, String function, boolean answered) {
        long launches = 0;
        for (JsonNode entry : entries(name)) {
            for (JsonNode launch : entry.path("launches")) {
                boolean isOne = launch.path("function").asText().equals(function) && launch.has("answered") == answered;
                launches += isOne ? Math.max(1, launch.path("items").asInt()) : 0;
            }
        }
        return launches;
    }

    private JsonNode interceptor(String name, String id) {
        return stack.call("GET", run(name) + "/interceptors/" + id, null);
    }

    private void awaitHeld(String name, String id) {
        Stack.await("an activation that " + id + " holds", LIMIT, () -> !interceptor(name, id)
                .path("holds")
                .isEmpty());
    }

    @Test
    void aFanOutWaitsUntilItsFunctionsAreWarm() {
        stack.start("prewarm", "prewarm-1", Map.of("n", 4));
        JsonNode state = ended("prewarm-1");
        assertEquals("SUCCEEDED", state.path("status").asText(), state::toString);
        assertEquals(10, state.path("output").path("sum").asInt());
        assertEquals(5 + 4, launches("prewarm-1", "Sleep", false));
        assertTrue(entries("prewarm-1").toString().contains("intercept:warm"), "the history names the interceptor");
    }

    @Test
    void aFailingFunctionIsNotCalledUntilTheCircuitCloses() {
        stack.start("circuit-breaker", "breaker-1", Map.of());
        JsonNode state = ended("breaker-1");
        assertEquals("SUCCEEDED", state.path("status").asText(), state::toString);
        assertEquals(3, state.path("output").path("failures").asInt(), state::toString);
        assertEquals(1, state.path("output").path("refused").asInt());
        assertEquals("up", state.path("output").path("result").asText());
        assertEquals(4, launches("breaker-1", "Sleep", false));
        assertEquals(1, launches("breaker-1", "Sleep", true));
    }

    @Test
    void oneStepOfOneRunWaitsForApproval() {
        paid("gated", 7, "approval-gate");
        paid("free", 7);
        assertEquals("SUCCEEDED", ended("free").path("status").asText());
        awaitHeld("gated", "gate");
        JsonNode gate = interceptor("gated", "gate");
        assertEquals("ship", gate.path("triggers").path(0).asText());
        assertEquals("ship", gate.path("holds").path(0).path("trigger").asText());
        emit("gated", "approved", Map.of());
        JsonNode state = ended("gated");
        assertEquals(7, state.path("output").path("shipped").path("amount").asInt(), state::toString);
        String notes = entries("gated").findValuesAsText("note").toString();
        assertTrue(notes.contains("intercept gate, by arn:") && notes.contains("(me)"), notes);
    }

    @Test
    void whatIsHeldIsNotLaunchedWhenSomebodySaysNo() {
        paid("denied", 7, "approval-gate");
        awaitHeld("denied", "gate");
        emit("denied", "rejected", Map.of());
        JsonNode state = ended("denied");
        assertEquals("Rejected", state.path("failure").path("error").asText(), state::toString);
        assertEquals(1, launches("denied", "Sleep", false));
    }

    @Test
    void faultsAreInjectedWithTheirRetries() {
        paid("faulty", 101, "fault-injection");
        paid("late", 100, "fault-injection");
        JsonNode state = ended("faulty");
        assertEquals("Injected", state.path("output").path("refused").asText(), state::toString);
        assertEquals(2, launches("faulty", "Sleep", true));
        JsonNode late = ended("late");
        assertEquals(100, late.path("output").path("shipped").path("amount").asInt(), late::toString);
        assertTrue(entries("late").toString().contains("intercept:latency"));
    }

    @Test
    void noFunctionSeesACard() {
        paid("redacted", 7, "redaction");
        JsonNode state = ended("redacted");
        assertEquals(
                "************9876",
                state.path("output").path("shipped").path("card").asText(),
                state::toString);
    }

    @Test
    void aRunIsPatchedOrRefusedWithItsReason() {
        paid("patched", 7, "approval-gate");
        awaitHeld("patched", "gate");
        JsonNode refused = stack.tryCall("POST", run("patched") + "/patch", Map.of("retire", List.of("ship")));
        assertEquals(409, refused.path("$status").asInt(), refused::toString);
        assertTrue(refused.path("message").asText().contains("'gate' holds an activation of trigger 'ship'"));
        JsonNode preview = stack.call("POST", run("patched") + "/patch?dryRun=true", file("gift"));
        assertEquals(
                "[wrap, finish]", preview.path("added").findValuesAsText("id").toString());
        assertEquals("done", preview.path("retired").path(0).path("id").asText());
        assertTrue(preview.path("reasons").isEmpty() && !preview.path("applied").asBoolean(), preview::toString);
        assertTrue(stack.call("POST", run("patched") + "/patch?by=me", file("gift"))
                .path("applied")
                .asBoolean());
        stack.call("DELETE", run("patched") + "/interceptors/gate?by=me", null);
        JsonNode state = ended("patched");
        assertEquals(7, state.path("output").path("wrapped").path("amount").asInt(), state::toString);
        String notes = entries("patched").findValuesAsText("note").toString();
        assertTrue(notes.contains("patch +wrap +finish -done, by arn:"), notes);
    }
}
