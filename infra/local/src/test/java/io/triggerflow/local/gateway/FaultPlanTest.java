package io.triggerflow.local.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FaultPlanTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void readsEveryFault() {
        assertEquals(
                new FaultPlan(0.05, 0.1, 0.2, 0.3, Duration.ofSeconds(5), 0.4, 0.5, 0.6, 7),
                FaultPlan.parse(
                        "dup=0.05,drop-ack=0.1, reorder=0.2,delay=0.3:5s,throttle=0.4,crash=0.5,conflict=0.6,seed=7"));
        assertEquals(FaultPlan.none(), FaultPlan.parse(""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dup | Expected name=value in --faults, but got 'dup'",
                "dup=often | Expected a rate from 0 to 1 for dup in --faults, but got 'often'",
                "dup=1.5 | Expected a rate from 0 to 1 for dup in --faults, but got '1.5'",
                "dup=NaN | Expected a rate from 0 to 1 for dup in --faults, but got 'NaN'",
                "explode=1 | Expected one of dup, drop-ack, reorder, delay, throttle, crash, conflict, seed in --faults, but got 'explode'",
                "seed=x | Expected a whole number for seed in --faults, but got 'x'",
                "delay=0.1:1000 | Expected delay=RATE:SECONDS with 0 to 900 seconds in --faults, but got '1000'"
            })
    void saysWhatItExpected(String text, String message) {
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, () -> FaultPlan.parse(text))
                        .getMessage());
    }

    /** Records what a disturbance does with a request. */
    private record Recorded(String operation, byte[] body, List<String> log) implements Disturbance.Call {
        static Recorded of(String operation, String body) {
            return new Recorded(operation, body.getBytes(StandardCharsets.UTF_8), new ArrayList<>());
        }

        @Override
        public void forward(byte[] sent) {
            log.add("forward " + new String(sent, StandardCharsets.UTF_8));
        }

        @Override
        public void aside(byte[] sent) {
            log.add("aside " + new String(sent, StandardCharsets.UTF_8));
        }

        @Override
        public void reply(int status, String errorType, String json) {
            log.add(status + " " + errorType + " " + json);
        }
    }

    private static List<String> queue(String faults, String operation, String body) throws IOException {
        Recorded call = Recorded.of(operation, body);
        new QueueDisturbance(FaultPlan.parse(faults)).disturb(call);
        return call.log();
    }

    @Test
    void duplicatesReachStandardQueuesOnly() throws IOException {
        String standard = "{\"QueueUrl\":\"http://h/0/q\",\"MessageBody\":\"m\"}";
        assertEquals(List.of("forward " + standard, "aside " + standard), queue("dup=1", "SendMessage", standard));
        String fifo = "{\"QueueUrl\":\"http://h/0/q.fifo\",\"MessageBody\":\"m\"}";
        assertEquals(List.of("forward " + fifo), queue("dup=1,delay=1,reorder=1", "SendMessage", fifo));
    }

    @Test
    void delaysAndReordersByDelaySeconds() throws IOException {
        assertTrue(queue("reorder=1", "SendMessage", "{\"QueueUrl\":\"q\",\"MessageBody\":\"m\"}")
                .getFirst()
                .contains("\"DelaySeconds\":1"));
        assertTrue(queue(
                        "delay=1:9",
                        "SendMessageBatch",
                        "{\"QueueUrl\":\"q\",\"Entries\":[{\"Id\":\"1\",\"DelaySeconds\":3}]}")
                .getFirst()
                .contains("\"DelaySeconds\":12"));
    }

    @Test
    void lostDeletionsLookSuccessful() throws IOException {
        List<String> log = queue(
                "drop-ack=1",
                "DeleteMessageBatch",
                "{\"QueueUrl\":\"q\",\"Entries\":[{\"Id\":\"a\",\"ReceiptHandle\":\"r\"}]}");
        assertEquals(List.of("200  {\"Successful\":[{\"Id\":\"a\"}],\"Failed\":[]}"), log);
    }

    @Test
    void conflictsHaveAReasonForEveryItem() throws IOException {
        Recorded call = Recorded.of("TransactWriteItems", "{\"TransactItems\":[{},{},{}]}");
        new TableDisturbance(FaultPlan.parse("conflict=1")).disturb(call);
        assertTrue(call.log().getFirst().startsWith("400 TransactionCanceledException"), call.log()::toString);
        JsonNode error = JSON.readTree(call.log().getFirst().substring("400 TransactionCanceledException ".length()));
        assertEquals(
                List.of("TransactionConflict", "None", "None"),
                error.path("CancellationReasons").findValuesAsText("Code"));
    }

    @Test
    void equalSeedsDecideEqually() throws IOException {
        var first = new TableDisturbance(FaultPlan.parse("throttle=0.3,conflict=0.3,seed=5"));
        var second = new TableDisturbance(FaultPlan.parse("throttle=0.3,conflict=0.3,seed=5"));
        int disturbed = 0;
        for (int i = 0; i < 200; i++) {
            Recorded one = Recorded.of("PutItem", "{}");
            Recorded two = Recorded.of("PutItem", "{}");
            first.disturb(one);
            second.disturb(two);
            assertEquals(one.log(), two.log());
            disturbed += one.log().getFirst().startsWith("400") ? 1 : 0;
        }
        assertTrue(disturbed > 60 && disturbed < 150, "disturbed " + disturbed + " of 200, about half expected");
    }
}
