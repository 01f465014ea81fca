package io.triggerflow.local.bus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What targets receive; the cases follow EventBridge's guide to input transformation. */
class InputTest {
    private static final String EVENT =
            "{\"id\":\"e\",\"time\":\"2026-01-01T00:00:00Z\",\"detail\":{\"state\":\"run\\\"ning\",\"n\":3,\"list\":[{\"a\":1},2],\"a-b\":true}}";
    private static final String RULE = "arn:aws:events:us-east-1:000000000000:rule/bus/my-rule";

    private static String apply(Input input) throws Exception {
        JsonNode event = new ObjectMapper().readTree(EVENT);
        return input.apply(event, EVENT, RULE);
    }

    private static String template(String template) throws Exception {
        return apply(new Input.Transformer(
                Map.of("state", "$.detail.state", "n", "$.detail.n", "list", "$.detail.list", "none", "$.detail.none"),
                template));
    }

    @Test
    void wholeConstantAndPath() throws Exception {
        assertEquals(EVENT, apply(new Input.Whole()));
        assertEquals("{\"c\":1}", apply(new Input.Constant("{\"c\":1}")));
        assertEquals("{\"a\":1}", apply(new Input.Path("$.detail.list[0]")));
        assertEquals("true", apply(new Input.Path("$.detail['a-b']")));
        assertThrows(IllegalArgumentException.class, () -> apply(new Input.Path("detail")));
    }

    @Test
    void placesOutsideQuotesAreJson() throws Exception {
        assertEquals(
                "{\"s\": \"run\\\"ning\", \"n\": 3, \"l\": [{\"a\":1},2]}",
                template("{\"s\": <state>, \"n\": <n>, \"l\": <list>}"));
    }

    @Test
    void placesInsideQuotesAreText() throws Exception {
        assertEquals("\"state run\\\"ning, n 3, none \"", template("\"state <state>, n <n>, none <none>\""));
    }

    @Test
    void reservedNames() throws Exception {
        assertEquals(
                "{\"r\": \"my-rule\", \"a\": \"" + RULE + "\", \"e\": " + new ObjectMapper().readTree(EVENT) + "}",
                template(
                        "{\"r\": <aws.events.rule-name>, \"a\": <aws.events.rule-arn>, \"e\": <aws.events.event.json>}"));
    }
}
