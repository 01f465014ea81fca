package io.triggerflow.aws.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.triggerflow.aws.json.Json;
import io.triggerflow.aws.store.Blobs;
import io.triggerflow.core.model.Address;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.EventTypes;
import io.triggerflow.core.model.Scope;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages in, events out: one case an envelope, and garbage. */
class TranslatorTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Address ADDRESS = new Address(new Scope("shop", "run-1"), "entry", 2, 5, 1, "step", 7, true);

    private final Map<String, String> stored = new HashMap<>();
    private final Map<String, Address> receipts = new HashMap<>();
    private final Blobs blobs = new Blobs() {
        @Override
        public String put(Kind kind, String text) {
            stored.put("key" + stored.size(), text);
            return "key" + (stored.size() - 1);
        }

        @Override
        public String get(String key) {
            return stored.get(key);
        }
    };
    private final Translator translator =
            new Translator(blobs, id -> Optional.ofNullable(receipts.get(id)), InstantSource.fixed(NOW));

    private Translated translate(String body) {
        return translator.translate(new Message("m", body.replace('\'', '"'), Map.of(), 1));
    }

    private Event one(String body) {
        Translated translated = translate(body);
        assertEquals(List.of(), translated.rejections());
        assertEquals(1, translated.events().size());
        return translated.events().getFirst();
    }

    private String rejection(String body) {
        Translated translated = translate(body);
        assertEquals(List.of(), translated.events());
        assertEquals(1, translated.rejections().size());
        return translated.rejections().getFirst().reason();
    }

    @Test
    void structuredCloudEvent() {
        Event event = one(
                "{'specversion':'1.0','id':'1','source':'urn:s','type':'t','subject':'u','time':'2026-01-01T01:00:00+01:00','tfworkspace':'w','n':3,'data':{'a':[1]}}");
        assertEquals(
                new Event(
                        "1",
                        "urn:s",
                        "t",
                        "u",
                        Instant.parse("2026-01-01T00:00:00Z"),
                        Map.of("a", List.of(1)),
                        Map.of("tfworkspace", "w", "n", 3)),
                event);
    }

    @Test
    void minimalCloudEventHasTheTimeOfItsArrival() {
        assertEquals(
                new Event("1", "s", "t", "", NOW, null, Map.of()),
                one("{'specversion':'1.0','id':'1','source':'s','type':'t'}"));
    }

    @Test
    void ownEventsSurviveTheQueue() {
        Event event = Event.ofEngine(
                "id", EventTypes.TASK_SUCCEEDED, "step", NOW.plusNanos(1000), Map.of("x", 1), ADDRESS.toExtensions());
        String text = EventJson.message(event, blobs);
        assertEquals(event, one(text));
        assertEquals(Optional.of(ADDRESS), Address.of(one(text)));
    }

    private static final String ON_A_BUS =
            "{'version':'0','id':'e','detail-type':'x','source':'s','account':'1','region':'r','time':'2026-01-01T00:00:00Z','detail':%s}";
    private static final String IN_A_TOPIC =
            "{'Type':'Notification','MessageId':'n','TopicArn':'arn:t','Message':%s,'Timestamp':'2026-01-01T00:00:00Z'}";

    @Test
    void whatAnApplicationSaysArrivesThroughBusAndTopic() {
        String text = "{'specversion':'1.0','id':'1','source':'s','type':'t','tfworkspace':'w','tfrun':'r'}";
        Event event = new Event("1", "s", "t", "", NOW, null, Map.of("tfworkspace", "w", "tfrun", "r"));
        assertEquals(event, one(ON_A_BUS.formatted(text)));
        assertEquals(event, one("[" + text + "]"));
        assertEquals(event, one(IN_A_TOPIC.formatted(Json.write(text.replace('\'', '"')))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'type':'triggerflow.engine.cancel'",
                "'type':'triggerflow.task.succeeded'",
                "'type':'t','tflaunch':'l'",
                "'type':'t','tfentry':'e'",
                "'type':'t','tfdataref':'payloads/of-somebody-else'",
                "'type':'t','tfdue':'2027-01-01T00:00:00Z'"
            })
    void whatClaimsToBeTheEnginesWordComesByTheQueueAlone(String claim) {
        String forged = "{'specversion':'1.0','id':'1','source':'s','tfworkspace':'w','tfrun':'r'," + claim + "}";
        for (String envelope : List.of(ON_A_BUS, "[%s]")) {
            String reason = rejection(envelope.formatted(forged));
            assertTrue(reason.contains("envelope"), reason);
        }
        String text = Json.write(forged.replace('\'', '"'));
        Translated inTopic = translator.translate(
                new Message("m", IN_A_TOPIC.replace('\'', '"').formatted(text), Map.of(), 1));
        assertEquals(1, inTopic.rejections().size(), inTopic::toString);
    }

    @Test
    void largeDataTravelsByReference() {
        Event event = new Event("id", "s", "t", "", NOW, "x".repeat(Blobs.THRESHOLD), Map.of());
        String text = EventJson.message(event, blobs);
        assertTrue(text.length() < 300, text);
        assertEquals(event, one(text));
    }

    @Test
    void batchOfCloudEvents() {
        Translated translated = translate(
                "[{'specversion':'1.0','id':'1','source':'s','type':'t'},{'specversion':'1.0','id':'2','source':'s'},{'specversion':'1.0','id':'3','source':'s','type':'t'},7]");
        assertEquals(
                List.of("1", "3"), translated.events().stream().map(Event::id).toList());
        assertEquals(2, translated.rejections().size());
    }

    @Test
    void binaryCloudEvent() {
        Map<String, String> attributes = Map.of(
                "ce-specversion",
                "1.0",
                "ce-id",
                "1",
                "ce_source",
                "s",
                "CE-Type",
                "t",
                "ce-tfdepth",
                "4",
                "content-type",
                "application/json",
                "other",
                "x");
        Event event = translator
                .translate(new Message("m", "{\"a\":1}", attributes, 1))
                .events()
                .getFirst();
        assertEquals(new Event("1", "s", "t", "", NOW, Map.of("a", 1), Map.of("tfdepth", "4")), event);
        assertEquals(4, event.depth());
        Map<String, String> plain = new HashMap<>(attributes);
        plain.put("content-type", "text/plain");
        assertEquals(
                "hello",
                translator
                        .translate(new Message("m", "hello", plain, 1))
                        .events()
                        .getFirst()
                        .data());
        assertEquals(
                1,
                translator
                        .translate(new Message("m", "hello", attributes, 1))
                        .rejections()
                        .size(),
                "not JSON, though it says so");
    }

    @Test
    void base64Data() {
        assertEquals(
                Map.of("a", 1),
                one("{'specversion':'1.0','id':'1','source':'s','type':'t','datacontenttype':'application/json','data_base64':'eyJhIjoxfQ=='}")
                        .data());
        assertEquals(
                "aGk=",
                one("{'specversion':'1.0','id':'1','source':'s','type':'t','datacontenttype':'text/plain','data_base64':'aGk='}")
                        .data());
        assertTrue(rejection("{'specversion':'1.0','id':'1','source':'s','type':'t','data_base64':'!'}")
                .contains("data_base64"));
    }

    @Test
    void eventBridgeEvent() {
        Event event = one(
                "{'version':'0','id':'e1','detail-type':'EC2 Instance State-change Notification','source':'aws.ec2','account':'123','time':'2026-01-01T00:00:00Z','region':'us-east-1','resources':['arn:i'],'detail':{'state':'running'}}");
        assertEquals("EC2 Instance State-change Notification", event.type());
        assertEquals("aws.ec2", event.source());
        assertEquals("arn:i", event.subject());
        assertEquals(Map.of("state", "running"), event.data());
        assertEquals(Map.of("awsaccount", "123", "awsregion", "us-east-1"), event.extensions());
        assertEquals(Optional.empty(), event.workspace());
    }

    private static String record(String condition, String payload, String response) {
        return "{'version':'1.0','timestamp':'2026-01-01T00:00:00.000Z','requestContext':{'requestId':'r1','functionArn':'arn:f','condition':'"
                + condition
                + "','approximateInvokeCount':1},'requestPayload':"
                + payload
                + (condition.equals("Success")
                        ? ",'responseContext':{'statusCode':200,'executedVersion':'$LATEST'}"
                        : ",'responseContext':{'statusCode':200,'executedVersion':'$LATEST','functionError':'Unhandled'}")
                + (response.isEmpty() ? "}" : ",'responsePayload':" + response + "}");
    }

    private static String launched() {
        return "{'n':1,'__triggerflow':" + Json.write(ADDRESS.toJson()) + "}";
    }

    @Test
    void successOfALaunch() {
        Event event = one(record("Success", launched(), "{'sum':3}"));
        assertEquals(EventTypes.TASK_SUCCEEDED, event.type());
        assertEquals("step", event.subject());
        assertEquals(ADDRESS.id(), event.id());
        assertTrue(event.isEngines());
        assertEquals(Map.of("sum", 3), event.data());
        assertEquals(Optional.of(ADDRESS), Address.of(event));
        assertEquals(null, one(record("Success", launched(), "null")).data());
        String onBus =
                "{'detail-type':'Lambda Function Invocation Result - Success','source':'lambda','id':'x','detail':"
                        + record("Success", launched(), "{'sum':3}") + "}";
        assertEquals(event, one(onBus));
    }

    @Test
    void whatAFunctionHandsOnOfItsInputIsWithoutOurKey() {
        String echoed = launched();
        assertEquals(Map.of("n", 1), one(record("Success", launched(), echoed)).data());
        assertEquals(
                Map.of("all", List.of(1, Map.of("n", 1)), "k", List.of()),
                one(record("Success", launched(), "{'all':[1," + echoed + "],'k':[]}"))
                        .data());
        String others = "{'__triggerflow':{'w':'another'},'n':null}";
        assertEquals(
                Json.read(others.replace('\'', '"')),
                one(record("Success", launched(), others)).data(),
                "what is not this launch's is the function's own affair");
    }

    @Test
    void failuresOfALaunch() {
        Map<String, String> errors = new LinkedHashMap<>();
        errors.put(
                record(
                        "RetriesExhausted",
                        launched(),
                        "{'errorMessage':'no','errorType':'java.lang.IllegalStateException','stackTrace':[],'cause':{'errorType':'X','errorMessage':'y'}}"),
                "java.lang.IllegalStateException");
        errors.put(
                record(
                        "RetriesExhausted",
                        launched(),
                        "{'errorMessage':'2026-01-01T00:00:00Z abc Task timed out after 3.00 seconds'}"),
                "Sandbox.Timedout");
        errors.put(record("EventAgeExceeded", launched(), ""), "Lambda.EventAgeExceeded");
        errors.put(record("RetriesExhausted", launched(), ""), "Lambda.Unknown");
        errors.put(record("RetriesExhausted", launched(), "'text'"), "Lambda.Unknown");
        errors.forEach((body, error) -> {
            Event event = one(body);
            assertEquals(EventTypes.TASK_FAILED, event.type());
            assertEquals(error, Json.object(event.data()).get("error"));
            assertEquals("step", Json.object(event.data()).get("at"));
        });
        Map<String, Object> first =
                Json.object(one(errors.keySet().iterator().next()).data());
        assertEquals("X", Json.object(first.get("cause")).get("error"));
    }

    @Test
    void launchesWithReceipts() {
        String body = record("Success", "[1,2]", "3").replace('\'', '"');
        assertThrows(
                NotYetException.class,
                () -> translator.translate(new Message("m", body, Map.of(), 1)),
                "the receipt may still come");
        assertEquals(
                1,
                translator
                        .translate(new Message("m", body, Map.of(), 3))
                        .rejections()
                        .size());
        receipts.put("r1", ADDRESS);
        assertEquals(
                ADDRESS.id(),
                translator
                        .translate(new Message("m", body, Map.of(), 1))
                        .events()
                        .getFirst()
                        .id());
    }

    @Test
    void topics() {
        String envelope =
                "{'Type':'Notification','MessageId':'n1','TopicArn':'arn:topic','Subject':'hello','Timestamp':'2026-01-01T00:00:00.000Z','Message':%s}";
        Event plain = one(envelope.formatted("'just text'"));
        assertEquals(
                new Event(
                        "n1",
                        "arn:topic",
                        "aws.sns.notification",
                        "hello",
                        Instant.parse("2026-01-01T00:00:00Z"),
                        "just text",
                        Map.of()),
                plain);
        assertEquals(
                Map.of("a", 1), one(envelope.formatted(Json.write("{\"a\":1}"))).data());
        String inner = "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\"}";
        assertEquals("t", one(envelope.formatted(Json.write(inner))).type());
        assertEquals(
                EventTypes.TASK_SUCCEEDED,
                one(envelope.formatted(
                                Json.write(record("Success", launched(), "1").replace('\'', '"'))))
                        .type());
        String nested = inner;
        for (int i = 0; i < 6; i++) {
            nested = envelope.replace('\'', '"').formatted(Json.write(nested));
        }
        assertEquals("aws.sns.notification", one(nested).type(), "too many envelopes: what is in the last one is data");
    }

    @Test
    void s3Notifications() {
        String record =
                "{'eventVersion':'2.1','eventSource':'aws:s3','awsRegion':'us-east-1','eventTime':'2026-01-01T00:00:00.000Z','eventName':'ObjectCreated:Put','s3':{'bucket':{'name':'b'},'object':{'key':'%s','sequencer':'1'}}}";
        Translated translated =
                translate("{'Records':[" + record.formatted("a+b/%C3%A4.txt") + "," + record.formatted("c") + "]}");
        assertEquals(
                List.of("a b/\u00e4.txt", "c"),
                translated.events().stream().map(Event::subject).toList());
        assertEquals(
                "com.amazonaws.s3.ObjectCreated:Put",
                translated.events().getFirst().type());
        assertEquals("aws:s3.us-east-1.b", translated.events().getFirst().source());
        assertEquals(2, translated.events().stream().map(Event::id).distinct().count());
        assertEquals(
                translated,
                translate("{'Records':[" + record.formatted("a+b/%C3%A4.txt") + "," + record.formatted("c") + "]}"),
                "the same message gives the same ids");
        assertEquals(
                new Translated(List.of(), List.of()),
                translate("{'Service':'Amazon S3','Event':'s3:TestEvent','Bucket':'b'}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "not JSON",
                "{",
                "null",
                "7",
                "'text'",
                "[]",
                "{}",
                "{'a':1}",
                "{'specversion':'0.3','id':'1','source':'s','type':'t'}",
                "{'specversion':'1.0'}",
                "{'specversion':'1.0','id':'','source':'s','type':'t'}",
                "{'specversion':'1.0','id':7,'source':'s','type':'t'}",
                "{'specversion':'1.0','id':'1','source':'s','type':'t','time':'yesterday'}",
                "{'specversion':'1.0','id':'1','source':'s','type':'t','ext':{'a':1}}",
                "{'specversion':'1.0','id':'1','source':'s','type':'t','tfworkspace':'a#b'}",
                "{'specversion':'1.0','id':'1','source':'s','type':'t','tfworkspace':7}",
                "{'specversion':'1.0','id':'1','source':'s','type':'t','tfrun':'a b'}",
                "{'detail-type':'x','source':'y','detail':{}}",
                "{'Records':[{'s3':{}}]}",
                "{'requestContext':{'requestId':'','condition':'Success'},'requestPayload':1,'timestamp':'x'}",
            })
    void garbageIsRejectedWithItsReason(String body) {
        Translated translated = translator.translate(new Message("m", body.replace('\'', '"'), Map.of(), 9));
        assertEquals(List.of(), translated.events());
        assertEquals(1, translated.rejections().size());
        assertTrue(
                translated.rejections().getFirst().reason().startsWith("Expected "),
                translated.rejections().getFirst().reason());
    }

    @Test
    void boundsAreStated() {
        assertTrue(rejection("{'specversion':'1.0','id':'" + "i".repeat(EventJson.MAX_ATTRIBUTE + 1)
                        + "','source':'s','type':'t'}")
                .contains("at most 2000"));
        assertTrue(rejection("x".repeat(Translator.MAX_BYTES + 1)).contains("1048576 bytes"));
        String event = "{'specversion':'1.0','id':'1','source':'s','type':'t','data':%s}";
        assertEquals("1", one(event.formatted("[".repeat(50) + "]".repeat(50))).id(), "fifty levels pass");
        assertTrue(rejection(event.formatted("[".repeat(100) + "]".repeat(100))).contains("100 levels"));
        StringBuilder extensions = new StringBuilder();
        for (int i = 0; i <= EventJson.MAX_EXTENSIONS; i++) {
            extensions.append(",'e").append(i).append("':1");
        }
        assertTrue(rejection("{'specversion':'1.0','id':'1','source':'s','type':'t'" + extensions + "}")
                .contains("at most 40"));
    }

    @Test
    void messagesAreReadFromLambdasRecords() {
        Map<String, Object> record = Json.readObject(
                "{\"messageId\":\"m1\",\"body\":\"b\",\"attributes\":{\"ApproximateReceiveCount\":\"3\"},\"messageAttributes\":{\"ce-id\":{\"stringValue\":\"1\",\"dataType\":\"String\"},\"bin\":{\"binaryValue\":\"x\"}}}");
        assertEquals(new Message("m1", "b", Map.of("ce-id", "1"), 3), Message.of(record));
    }
}
