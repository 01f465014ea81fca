package io.triggerflow.aws.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.triggerflow.aws.WireStub;
import io.triggerflow.aws.json.Json;
import io.triggerflow.aws.launch.QueueSink;
import io.triggerflow.aws.metrics.Metrics;
import io.triggerflow.aws.store.DynamoStore;
import io.triggerflow.aws.store.LocalTable;
import io.triggerflow.core.control.Control;
import io.triggerflow.core.decide.Extensions;
import io.triggerflow.core.definition.DefinitionReader;
import io.triggerflow.core.engine.Fork;
import io.triggerflow.core.engine.Ports;
import io.triggerflow.core.expression.Expressions;
import io.triggerflow.core.port.Launcher;
import io.triggerflow.dag.DagReader;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.scheduler.SchedulerClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/** Requests in, answers out, over DynamoDB Local; what would go to the queue is looked at on the wire. */
class ApiTest {
    @RegisterExtension
    static final Local LOCAL = new Local();

    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-03-01T12:00:00Z"));
    private static final String BUNDLE =
            "{'workflow':'flow','triggers':[{'id':'start','on':[{'type':'triggerflow.run.started'}],'actions':[{'complete':{}}]}]}";

    private final WireStub sqs = new WireStub().answer(200, "{\"Successful\":[],\"Failed\":[]}");
    private final List<String> lines = new ArrayList<>();
    private DynamoStore store;
    private Api api;
    private String workspace;
    private int requests;

    static final class Local implements BeforeAllCallback {
        private LocalTable table;

        @Override
        public void beforeAll(ExtensionContext context) {
            table = LocalTable.of(context);
        }
    }

    @BeforeEach
    void prepare(TestInfo info) {
        workspace = "api-" + info.getTestMethod().orElseThrow().getName();
        store = LOCAL.table.store(CLOCK);
        QueueSink sink = new QueueSink(
                new QueueSink.Clients(
                        sqs.client(SqsClient.builder().checksumValidationEnabled(false)),
                        sqs.client(EventBridgeClient.builder()),
                        sqs.client(SchedulerClient.builder())),
                new QueueSink.Scheduling("group", "role"),
                new QueueSink.Places("http://localhost/1/events", "arn:aws:sqs:us-east-1:1:events", "bus"),
                LOCAL.table.blobs(),
                CLOCK);
        Ports ports = new Ports(store, store, launch -> new Launcher.Outcome.Accepted(), sink, CLOCK, Fork.SEQUENTIAL);
        Expressions expressions = new Expressions();
        api = new Api(new ApiParts(
                new Control(ports, Extensions.NONE),
                store,
                LOCAL.table.blobs(),
                sink,
                new DefinitionReader(expressions::error),
                new DagReader(expressions::error),
                CLOCK,
                new Metrics(workspace, CLOCK, lines::add),
                "default"));
    }

    private Response ask(String method, String path, String body) {
        String[] parts = path.replace("{w}", workspace).split("\\?", 2);
        Map<String, Object> event = Map.of(
                "rawPath",
                parts[0],
                "rawQueryString",
                parts.length > 1 ? parts[1] : "",
                "body",
                body.replace('\'', '"'),
                "requestContext",
                Map.of("requestId", workspace + requests++, "http", Map.of("method", method)));
        return api.handle(event);
    }

    private Map<String, Object> ok(int status, String method, String path, String body) {
        Response response = ask(method, path, body);
        assertEquals(status, response.status(), () -> Json.write(response.body()));
        return Json.object(response.body());
    }

    private List<Map<String, Object>> sent() {
        return sqs.asked().stream()
                .flatMap(a -> Json.list(Json.readObject(a.body()).get("Entries")).stream())
                .map(e -> Json.text(Json.object(e), "MessageBody", ""))
                .filter(b -> b.startsWith("{"))
                .map(Json::readObject)
                .toList();
    }

    @Test
    void health() {
        assertEquals(true, ok(200, "GET", "/health", "").get("ok"));
    }

    @Test
    void workspaces() {
        assertEquals(workspace, ok(200, "PUT", "/workspaces/{w}", "").get("name"));
        ok(200, "PUT", "/workspaces/{w}", "");
        assertEquals("RUNNING", ok(200, "GET", "/workspaces/{w}", "").get("status"));
        assertTrue(Json.list(ok(200, "GET", "/workspaces", "").get("workspaces")).stream()
                .anyMatch(w -> workspace.equals(Json.object(w).get("name"))));
        ok(200, "DELETE", "/workspaces/{w}", "");
        assertEquals("NotFound", ok(404, "GET", "/workspaces/{w}", "").get("error"));
    }

    @Test
    void workflowsAndRuns() {
        Map<String, Object> deployed = ok(200, "POST", "/workspaces/{w}/workflows", BUNDLE);
        assertEquals("flow", deployed.get("workflow"));
        assertEquals(
                deployed, ok(200, "POST", "/workspaces/{w}/workflows", BUNDLE), "the same content is the same version");
        Map<String, Object> listed = Json.object(
                Json.list(ok(200, "GET", "/workspaces/{w}/workflows", "").get("workflows"))
                        .getFirst());
        assertEquals(deployed.get("version"), listed.get("version"));
        assertEquals(
                "flow",
                Json.object(ok(200, "GET", "/workspaces/{w}/workflows/flow", "").get("definition"))
                        .get("workflow"));
        ok(404, "GET", "/workspaces/{w}/workflows/none", "");

        assertEquals(
                "RUNNING",
                ok(201, "POST", "/workspaces/{w}/runs", "{'workflow':'flow','name':'a/b','input':{'n':1}}")
                        .get("status"));
        assertEquals("triggerflow.run.started", sent().getFirst().get("type"));
        ok(200, "POST", "/workspaces/{w}/runs", "{'workflow':'flow','name':'a/b','input':{'n':1}}");
        assertEquals(
                "Conflict",
                ok(409, "POST", "/workspaces/{w}/runs", "{'workflow':'flow','name':'a/b','input':{'n':2}}")
                        .get("error"));
        assertEquals(
                Map.of("n", 1), ok(200, "GET", "/workspaces/{w}/runs/a%2Fb", "").get("input"));
        ok(404, "GET", "/workspaces/{w}/runs/a/b", "");
        String unnamed = (String)
                ok(201, "POST", "/workspaces/{w}/runs", "{'workflow':'flow'}").get("name");
        assertEquals(
                2,
                Json.list(ok(200, "GET", "/workspaces/{w}/runs?status=running", "")
                                .get("runs"))
                        .size());
        Map<String, Object> page = ok(200, "GET", "/workspaces/{w}/runs?limit=1", "");
        assertEquals(
                1,
                Json.list(ok(200, "GET", "/workspaces/{w}/runs?limit=1&token=" + page.get("next"), "")
                                .get("runs"))
                        .size());
        ok(400, "GET", "/workspaces/{w}/runs?status=walking", "");
        ok(400, "GET", "/workspaces/{w}/runs?limit=many", "");
        ok(400, "GET", "/workspaces/{w}/runs?token=!", "");
        ok(404, "POST", "/workspaces/{w}/runs", "{'workflow':'none'}");
        ok(400, "POST", "/workspaces/{w}/runs", "{'workflow':'flow','name':'a#b'}");

        ok(200, "POST", "/workspaces/{w}/runs/" + unnamed + "/pause", "");
        assertEquals(
                "PAUSED", ok(200, "GET", "/workspaces/{w}/runs/" + unnamed, "").get("status"));
        assertEquals(
                "RUNNING",
                ok(200, "POST", "/workspaces/{w}/runs/" + unnamed + "/resume", "")
                        .get("status"));
        ok(202, "POST", "/workspaces/{w}/runs/" + unnamed + "/cancel", "");
        assertEquals(
                2,
                Json.list(ok(200, "GET", "/workspaces/{w}/runs/" + unnamed + "/history", "")
                                .get("entries"))
                        .size());
        assertEquals(
                "start",
                Json.object(Json.list(ok(200, "GET", "/workspaces/{w}/runs/" + unnamed + "/triggers", "")
                                        .get("triggers"))
                                .getFirst())
                        .get("id"));
        ok(409, "DELETE", "/workspaces/{w}", "");
        assertEquals(2, lines.size(), "a line for each run that was started, and none for asking");
        lines.forEach(line -> assertEquals(1, Json.readObject(line).get("RunsStarted")));
    }

    @Test
    void triggers() {
        String trigger = "{'on':[{'type':'x'}],'actions':[{'set':{'a':1}}]}";
        ok(200, "PUT", "/workspaces/{w}/triggers/t%2F1", trigger);
        ok(200, "POST", "/workspaces/{w}/triggers", "[{'id':'u','on':[{'type':'x'}],'actions':[{'set':{'a':1}}]}]");
        assertEquals(
                2,
                Json.list(ok(200, "GET", "/workspaces/{w}/triggers", "").get("triggers"))
                        .size());
        ok(200, "POST", "/workspaces/{w}/triggers/u/disable", "");
        assertEquals(false, ok(200, "GET", "/workspaces/{w}/triggers/u", "").get("enabled"));
        ok(200, "POST", "/workspaces/{w}/triggers/u/enable", "");
        assertEquals(true, ok(200, "GET", "/workspaces/{w}/triggers/u", "").get("enabled"));
        ok(200, "DELETE", "/workspaces/{w}/triggers/u", "");
        ok(404, "GET", "/workspaces/{w}/triggers/u", "");
        ok(404, "DELETE", "/workspaces/{w}/triggers/u", "");
        ok(200, "DELETE", "/workspaces/{w}/triggers", "");
        assertEquals(List.of(), ok(200, "GET", "/workspaces/{w}/triggers", "").get("triggers"));
        assertEquals(
                "$.id",
                ok(400, "PUT", "/workspaces/{w}/triggers/a", "{'id':'b','actions':[]}")
                        .get("path"));
    }

    @Test
    void mistakesNameTheirPlace() {
        Map<String, Object> error = ok(
                400,
                "POST",
                "/workspaces/{w}/workflows",
                "{'workflow':'f','triggers':[{'id':'a','condition':{'joyn':{}},'actions':[]}]}");
        assertTrue(String.valueOf(error.get("path")).startsWith("$.triggers[0]"), () -> Json.write(error));
        assertTrue(String.valueOf(error.get("message")).startsWith("Expected "));
        assertEquals(
                "Invalid", ok(400, "POST", "/workspaces/{w}/workflows", "{").get("error"));
        assertEquals("Invalid", ok(400, "POST", "/workspaces/{w}/workflows", "").get("error"));
        assertEquals("NoRoute", ok(404, "GET", "/nowhere", "").get("error"));
        assertEquals("NoRoute", ok(404, "PATCH", "/workspaces/{w}", "").get("error"));
        ok(400, "GET", "/workspaces/a%23b", "");
    }

    @Test
    void events() {
        ok(404, "POST", "/workspaces/{w}/events", "{'type':'x'}");
        ok(200, "PUT", "/workspaces/{w}", "");
        List<?> ids = Json.list(ok(
                        202,
                        "POST",
                        "/workspaces/{w}/events",
                        "[{'type':'x','subject':'s','data':1},{'specversion':'1.0','id':'2','source':'me','type':'y'}]")
                .get("ids"));
        assertEquals("2", ids.get(1));
        assertEquals(List.of("x", "y"), sent().stream().map(e -> e.get("type")).toList());
        assertEquals(workspace, sent().getFirst().get("tfworkspace"));
        assertEquals(
                "$[1]",
                ok(400, "POST", "/workspaces/{w}/events", "[{'type':'x'},{}]").get("path"));
        ok(400, "POST", "/workspaces/{w}/events", "[]");
        ok(400, "POST", "/workspaces/{w}/events", "7");
        ok(400, "POST", "/workspaces/{w}/events", "{'type':'triggerflow.run.started'}");
        ok(400, "POST", "/workspaces/{w}/events", "{'type':'x','source':'triggerflow'}");
        ok(413, "POST", "/workspaces/{w}/events", "{'type':'x','data':'" + "x".repeat(1_100_000) + "'}");
        ok(202, "POST", "/workspaces/{w}/events", "{'type':'x','tfdataref':'definitions/secret'}");
        assertFalse(sent().getLast().containsKey("tfdataref"), "a reference from outside could name what is another's");
    }

    @Test
    void parkedMessagesGoBack() {
        store.park(workspace + ":1", Optional.empty(), "raw text", "why", CLOCK.instant());
        store.park(
                workspace + ":2",
                Optional.empty(),
                Map.of("id", "7", "source", "s", "type", "t", "data", 1),
                "why",
                CLOCK.instant());
        assertTrue(Json.list(ok(200, "GET", "/parked?limit=200", "").get("parked")).stream()
                .anyMatch(p -> Json.object(p).get("message").equals("raw text")));
        Map<String, Object> one = ok(200, "GET", "/parked/" + workspace + "%3A1", "");
        assertEquals(Map.of("at", CLOCK.instant().toString(), "error", "why"), one.get("first"));
        ok(202, "POST", "/parked/" + workspace + "%3A1/redrive", "");
        assertEquals(1, Json.readObject(lines.getFirst()).get("Redriven"));
        assertTrue(sqs.asked().getLast().body().contains("raw text"));
        ok(202, "POST", "/parked/" + workspace + "%3A2/redrive", "");
        assertEquals("7", sent().getLast().get("id"));
        ok(404, "POST", "/parked/" + workspace + "%3A2/redrive", "");
        ok(404, "GET", "/parked/" + workspace + "%3A2", "");
        store.park(workspace + ":3", Optional.empty(), "x", "why", CLOCK.instant());
        ok(200, "DELETE", "/parked/" + workspace + "%3A3", "");
        ok(200, "DELETE", "/parked/" + workspace + "%3A3", "");
        assertEquals(Optional.empty(), store.parked(workspace + ":3"));
    }

    @Test
    void whyATriggerHasNotFired() {
        ok(200, "POST", "/workspaces/{w}/workflows", BUNDLE);
        ok(201, "POST", "/workspaces/{w}/runs", "{'workflow':'flow','name':'r'}");
        Map<String, Object> why = ok(200, "GET", "/workspaces/{w}/runs/r/triggers/start/why", "");
        assertEquals("waiting", why.get("verdict"));
        assertEquals(
                404,
                ask("GET", "/workspaces/{w}/runs/r/triggers/nobody/why", "").status());
    }
}
