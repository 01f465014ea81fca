package io.triggerflow.local.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.triggerflow.local.bus.Delivery;
import io.triggerflow.local.gateway.AwsJsonClient;
import io.triggerflow.local.gateway.ServiceException;
import io.triggerflow.local.iam.Iam;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Schedules under a clock that the test moves. */
class SchedulesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:f";

    @TempDir
    private Path dir;

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final List<String> delivered = new ArrayList<>();

    private Schedules schedules(Optional<Path> data) {
        var delivery = new Delivery(
                AwsJsonClient.sqs(URI.create("http://127.0.0.1:1"), "us-east-1"),
                (arn, payload) -> delivered.add(new String(payload, StandardCharsets.UTF_8)),
                Iam.off(),
                line -> {});
        return new Schedules(data, delivery, () -> now, "us-east-1", "000000000000");
    }

    private static ObjectNode definition(String expression, String input) {
        ObjectNode definition = JSON.createObjectNode().put("ScheduleExpression", expression);
        definition.putObject("FlexibleTimeWindow").put("Mode", "OFF");
        definition.putObject("Target").put("Arn", FUNCTION).put("Input", input);
        return definition;
    }

    private void advance(Schedules schedules, Duration by) {
        now = now.plus(by);
        schedules.tick();
    }

    @Test
    void aOneTimeScheduleFiresOnceAtItsTime() {
        Schedules schedules = schedules(Optional.empty());
        schedules.create(
                "default", "once", definition("at(2026-01-01T00:01:00)", "{\"t\":\"<aws.scheduler.scheduled-time>\"}"));
        advance(schedules, Duration.ofSeconds(59));
        assertEquals(List.of(), delivered);
        advance(schedules, Duration.ofSeconds(1));
        advance(schedules, Duration.ofDays(1));
        assertEquals(List.of("{\"t\":\"2026-01-01T00:01:00Z\"}"), delivered);
        assertEquals("once", schedules.get("default", "once").name(), "kept without ActionAfterCompletion");
    }

    @Test
    void oneInThePastFiresAtOnceAndIsDeleted() {
        Schedules schedules = schedules(Optional.empty());
        schedules.create(
                "default", "past", definition("at(2025-12-31T00:00:00)", "p").put("ActionAfterCompletion", "DELETE"));
        schedules.tick();
        assertEquals(List.of("p"), delivered);
        assertThrows(ServiceException.class, () -> schedules.get("default", "past"));
    }

    @Test
    void ratesFireEachPeriodAndMissedOnesOnce() {
        Schedules schedules = schedules(Optional.empty());
        schedules.create("default", "rate", definition("rate(1 minute)", "r"));
        advance(schedules, Duration.ofSeconds(60));
        advance(schedules, Duration.ofSeconds(60));
        assertEquals(2, delivered.size());
        advance(schedules, Duration.ofMinutes(10));
        advance(schedules, Duration.ofSeconds(1));
        assertEquals(3, delivered.size());
    }

    @Test
    void deletedDisabledAndReplacedSchedulesDoNotFire() {
        Schedules schedules = schedules(Optional.empty());
        schedules.create("default", "deleted", definition("at(2026-01-01T00:01:00)", "deleted"));
        schedules.create(
                "default",
                "disabled",
                definition("at(2026-01-01T00:01:00)", "disabled").put("State", "DISABLED"));
        schedules.create("default", "replaced", definition("at(2026-01-01T00:01:00)", "old"));
        schedules.update("default", "replaced", definition("at(2026-01-01T00:02:00)", "new"));
        schedules.delete("default", "deleted");
        advance(schedules, Duration.ofMinutes(1));
        assertEquals(List.of(), delivered);
        advance(schedules, Duration.ofMinutes(1));
        assertEquals(List.of("new"), delivered);
    }

    @Test
    void aRestartKeepsTheStateOfATemplatesSchedule() {
        ObjectNode nightly = definition("cron(0 3 * * ? *)", "night");
        nightly.withObject("/Target/RetryPolicy").put("MaximumRetryAttempts", 0L);
        schedules(Optional.of(dir)).provide("default", "nightly", nightly);
        now = now.plus(Duration.ofHours(4));
        Schedules again = schedules(Optional.of(dir));
        again.provide("default", "nightly", nightly);
        again.tick();
        assertEquals(List.of("night"), delivered, "what was missed is made good");
    }

    @Test
    void aRestartKeepsWhatIsToComeAndForgetsWhatIsDone() {
        Schedules before = schedules(Optional.of(dir));
        before.create("default", "done", definition("at(2026-01-01T00:01:00)", "done"));
        before.create("default", "coming", definition("at(2026-01-01T00:02:00)", "coming"));
        advance(before, Duration.ofMinutes(1));
        assertEquals(List.of("done"), delivered);

        Schedules after = schedules(Optional.of(dir));
        advance(after, Duration.ofHours(1));
        assertEquals(List.of("done", "coming"), delivered);
    }
}
