package io.triggerflow.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.triggerflow.local.gateway.PortTakenException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.EventBridgeException;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.eventbridge.model.Rule;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.scheduler.SchedulerClient;
import software.amazon.awssdk.services.scheduler.model.ActionAfterCompletion;
import software.amazon.awssdk.services.scheduler.model.ConflictException;
import software.amazon.awssdk.services.scheduler.model.CreateScheduleRequest;
import software.amazon.awssdk.services.scheduler.model.FlexibleTimeWindow;
import software.amazon.awssdk.services.scheduler.model.FlexibleTimeWindowMode;
import software.amazon.awssdk.services.scheduler.model.ResourceNotFoundException;
import software.amazon.awssdk.services.scheduler.model.ScheduleSummary;
import software.amazon.awssdk.services.scheduler.model.Target;
import software.amazon.awssdk.services.scheduler.model.ValidationException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sts.StsClient;

/** Everything that a template without functions names, through the one port, by the SDK's own clients. */
class LocalRuntimeTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static LocalRuntime runtime;
    private static SqsClient sqs;
    private static EventBridgeClient events;
    private static SchedulerClient scheduler;

    @BeforeAll
    static void start() throws Exception {
        Path template =
                Path.of(LocalRuntimeTest.class.getResource("services.yaml").toURI());
        runtime = LocalRuntime.start(LocalRuntimeOptions.of(template).withPort(0));
        sqs = local(SqsClient.builder());
        events = local(EventBridgeClient.builder());
        scheduler = local(SchedulerClient.builder());
    }

    @AfterAll
    static void stop() {
        runtime.close();
    }

    private static <C, B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>> C local(B builder) {
        return builder.endpointOverride(runtime.endpoint())
                .region(Region.US_EAST_1)
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("any", "thing")))
                .build();
    }

    private static String url(String name) {
        return runtime.endpoint() + "/000000000000/" + name;
    }

    /** The next message of a queue whose body has a text, within ten seconds; others are deleted on the way. */
    private static String receive(String queue, String containing) {
        Instant deadline = Instant.now().plusSeconds(10);
        while (Instant.now().isBefore(deadline)) {
            for (var message : sqs.receiveMessage(
                            b -> b.queueUrl(url(queue)).waitTimeSeconds(2).maxNumberOfMessages(1))
                    .messages()) {
                sqs.deleteMessage(b -> b.queueUrl(url(queue)).receiptHandle(message.receiptHandle()));
                assertFalse(message.body().contains("\"small\""), "an event was delivered that no rule matches");
                if (message.body().contains(containing)) {
                    return message.body();
                }
            }
        }
        throw new AssertionError("Expected a message with '" + containing + "' in " + queue + ", but none came");
    }

    @Test
    void createsTablesWithIndexesAndTtl() {
        try (var dynamoDb = local(DynamoDbClient.builder())) {
            var table =
                    dynamoDb.describeTable(b -> b.tableName("triggerflow-Runs")).table();
            assertEquals("byState", table.globalSecondaryIndexes().getFirst().indexName());
            assertEquals(
                    "ttl",
                    dynamoDb.describeTimeToLive(b -> b.tableName("triggerflow-Runs"))
                            .timeToLiveDescription()
                            .attributeName());
            assertTrue(dynamoDb.listTables().tableNames().contains("triggerflow-Simple"));
        }
    }

    @Test
    void createsQueuesWithTheirDeadLetterQueues() {
        Map<QueueAttributeName, String> attributes = sqs.getQueueAttributes(
                        b -> b.queueUrl(url("triggerflow-Work")).attributeNames(QueueAttributeName.ALL))
                .attributes();
        assertEquals("7", attributes.get(QueueAttributeName.VISIBILITY_TIMEOUT));
        assertTrue(
                attributes.get(QueueAttributeName.REDRIVE_POLICY).contains("triggerflow-Dead"), attributes::toString);
        assertEquals(
                "true",
                sqs.getQueueAttributes(
                                b -> b.queueUrl(url("triggerflow-Ordered.fifo")).attributeNames(QueueAttributeName.ALL))
                        .attributes()
                        .get(QueueAttributeName.FIFO_QUEUE));
    }

    @Test
    void deliversMatchingEventsAndOnlyThose() throws Exception {
        var answer = events.putEvents(
                b -> b.entries(entry("{\"id\":\"small\",\"total\":5}"), entry("{\"id\":\"large\",\"total\":500}")));
        assertEquals(0, answer.failedEntryCount());
        JsonNode event = JSON.readTree(receive("triggerflow-Work", "large"));
        assertEquals(answer.entries().get(1).eventId(), event.path("id").asText());
        assertEquals("order", event.path("detail-type").asText());
        assertEquals(500, event.path("detail").path("total").asInt());
        assertEquals(
                "{\"order\": \"large\", \"text\": \"order large of 500\"}",
                receive("triggerflow-Ordered.fifo", "large"));
    }

    private static PutEventsRequestEntry entry(String detail) {
        return PutEventsRequestEntry.builder()
                .eventBusName("orders")
                .source("shop")
                .detailType("order")
                .detail(detail)
                .build();
    }

    @Test
    void badEntriesFailOneByOne() {
        var answer = events.putEvents(b -> b.entries(
                entry("not json"),
                entry("[]"),
                entry("{}"),
                PutEventsRequestEntry.builder()
                        .source("aws.ec2")
                        .detailType("x")
                        .detail("{}")
                        .build(),
                PutEventsRequestEntry.builder().source("shop").detail("{}").build()));
        assertEquals(4, answer.failedEntryCount());
        assertEquals(
                java.util.Arrays.asList(
                        "MalformedDetail",
                        "MalformedDetail",
                        null,
                        "NotAuthorizedForSourceException",
                        "InvalidArgument"),
                answer.entries().stream().map(e -> e.errorCode()).toList());
        String large = "{\"x\":\"" + "a".repeat(1 << 20) + "\"}";
        var error = assertThrows(EventBridgeException.class, () -> events.putEvents(b -> b.entries(entry(large))));
        assertTrue(
                error.getMessage().contains("Total size of the entries in the request is over the limit."),
                error.getMessage());
    }

    @Test
    void rulesByApiReachAnotherBus() throws Exception {
        events.createEventBus(b -> b.name("second"));
        events.putRule(b -> b.name("forward").eventPattern("{\"source\":[\"forwarded\"]}"));
        events.putTargets(b -> b.rule("forward")
                .targets(software.amazon.awssdk.services.eventbridge.model.Target.builder()
                        .id("bus")
                        .arn("arn:aws:events:us-east-1:000000000000:event-bus/second")
                        .build()));
        events.putRule(
                b -> b.name("land").eventBusName("second").eventPattern("{\"detail-type\":[{\"prefix\":\"la\"}]}"));
        events.putTargets(b -> b.rule("land")
                .eventBusName("second")
                .targets(software.amazon.awssdk.services.eventbridge.model.Target.builder()
                        .id("queue")
                        .arn("arn:aws:sqs:us-east-1:000000000000:triggerflow-Work")
                        .inputPath("$.detail.deep[1]")
                        .build()));
        events.putEvents(b -> b.entries(PutEventsRequestEntry.builder()
                .source("forwarded")
                .detailType("landing")
                .detail("{\"deep\":[1,{\"found\":\"deep-part\"}]}")
                .build()));
        assertEquals("{\"found\":\"deep-part\"}", receive("triggerflow-Work", "deep-part"));

        assertEquals(
                List.of("land"),
                events.listRules(b -> b.eventBusName("second")).rules().stream()
                        .map(Rule::name)
                        .toList());
        assertThrows(
                EventBridgeException.class,
                () -> events.deleteRule(b -> b.name("land").eventBusName("second")));
        events.removeTargets(b -> b.rule("land").eventBusName("second").ids("queue"));
        events.deleteRule(b -> b.name("land").eventBusName("second"));
        assertTrue(events.listRules(b -> b.eventBusName("second")).rules().isEmpty());
        assertThrows(
                EventBridgeException.class,
                () -> events.putRule(b -> b.name("bad").eventPattern("{\"source\":\"no list\"}")));
    }

    @Test
    void undeliverableEventsGoToTheDeadLetterQueue() {
        events.putRule(b -> b.name("lost").eventPattern("{\"source\":[\"lost\"]}"));
        events.putTargets(b -> b.rule("lost")
                .targets(software.amazon.awssdk.services.eventbridge.model.Target.builder()
                        .id("absent")
                        .arn("arn:aws:sqs:us-east-1:000000000000:absent")
                        .deadLetterConfig(d -> d.arn("arn:aws:sqs:us-east-1:000000000000:triggerflow-Dead"))
                        .build()));
        events.putEvents(b -> b.entries(PutEventsRequestEntry.builder()
                .source("lost")
                .detailType("x")
                .detail("{\"k\":\"lost-one\"}")
                .build()));
        receive("triggerflow-Dead", "lost-one");
    }

    @Test
    void createdObjectsAreEvents() throws Exception {
        try (var s3 = local(S3Client.builder().forcePathStyle(true))) {
            s3.putObject(b -> b.bucket("triggerflow-files").key("in/data.csv"), RequestBody.fromString("a,b"));
        }
        JsonNode event = JSON.readTree(receive("triggerflow-Work", "Object Created"));
        assertEquals(
                "in/data.csv", event.path("detail").path("object").path("key").asText());
        assertEquals(3, event.path("detail").path("object").path("size").asInt());
        JsonNode record = JSON.readTree(receive("triggerflow-Dead", "aws:s3"))
                .path("Records")
                .path(0);
        assertEquals("ObjectCreated:Put", record.path("eventName").asText());
        assertEquals("in/data.csv", record.path("s3").path("object").path("key").asText());
    }

    @Test
    void schedulesFireOnceAndAreDeleted() {
        CreateScheduleRequest request = schedule(
                        "soon",
                        "at("
                                + Instant.now()
                                        .plusSeconds(1)
                                        .atZone(ZoneOffset.UTC)
                                        .toLocalDateTime()
                                        .withNano(0) + ")")
                .build();
        String arn = scheduler.createSchedule(request).scheduleArn();
        assertEquals(arn, scheduler.createSchedule(request).scheduleArn(), "the same ClientToken");
        assertThrows(
                ConflictException.class,
                () -> scheduler.createSchedule(
                        request.toBuilder().clientToken("another").build()));
        receive("triggerflow-Work", "fired-soon");
        Instant deadline = Instant.now().plus(Duration.ofSeconds(5));
        while (scheduler.listSchedules(b -> b.groupName("default")).schedules().stream()
                .map(ScheduleSummary::name)
                .anyMatch("soon"::equals)) {
            assertTrue(Instant.now().isBefore(deadline), "the schedule is still there");
            Thread.onSpinWait();
        }
        assertThrows(ResourceNotFoundException.class, () -> scheduler.getSchedule(b -> b.name("soon")));
    }

    private static CreateScheduleRequest.Builder schedule(String name, String expression) {
        return CreateScheduleRequest.builder()
                .name(name)
                .scheduleExpression(expression)
                .clientToken("token-" + name)
                .flexibleTimeWindow(FlexibleTimeWindow.builder()
                        .mode(FlexibleTimeWindowMode.OFF)
                        .build())
                .actionAfterCompletion(ActionAfterCompletion.DELETE)
                .target(Target.builder()
                        .arn("arn:aws:sqs:us-east-1:000000000000:triggerflow-Work")
                        .roleArn("arn:aws:iam::000000000000:role/r")
                        .input("{\"what\":\"fired-" + name + "\"}")
                        .build());
    }

    @Test
    void schedulesAreReadReplacedAndRefused() {
        scheduler.createSchedule(schedule("later", "cron(0 9 ? * MON-FRI *)")
                .scheduleExpressionTimezone("Europe/Madrid")
                .build());
        assertEquals(
                "Europe/Madrid", scheduler.getSchedule(b -> b.name("later")).scheduleExpressionTimezone());
        scheduler.updateSchedule(b -> b.name("later")
                .scheduleExpression("rate(5 minutes)")
                .flexibleTimeWindow(f -> f.mode(FlexibleTimeWindowMode.OFF))
                .target(t -> t.arn("arn:aws:sqs:us-east-1:000000000000:triggerflow-Work")
                        .roleArn("arn:aws:iam::000000000000:role/r")));
        assertEquals(
                "rate(5 minutes)", scheduler.getSchedule(b -> b.name("later")).scheduleExpression());
        scheduler.deleteSchedule(b -> b.name("later"));
        assertThrows(ResourceNotFoundException.class, () -> scheduler.getSchedule(b -> b.name("later")));
        assertThrows(
                ValidationException.class,
                () -> scheduler.createSchedule(
                        schedule("bad", "every(5 minutes)").build()));
        assertThrows(
                ResourceNotFoundException.class,
                () -> scheduler.createSchedule(
                        schedule("nowhere", "rate(1 day)").groupName("absent").build()));
    }

    @Test
    void tellsWhoOneIsAndWhatTheStackHas() throws Exception {
        try (var sts = local(StsClient.builder())) {
            assertEquals("000000000000", sts.getCallerIdentity().account());
        }
        String outputs =
                cloudFormation("Action=DescribeStacks&StackName=triggerflow").orElseThrow();
        assertTrue(
                outputs.contains("<OutputKey>Table</OutputKey><OutputValue>triggerflow-Runs</OutputValue>"), outputs);
        String resources = cloudFormation("Action=ListStackResources&StackName=triggerflow")
                .orElseThrow();
        assertTrue(
                resources.contains("<PhysicalResourceId>" + url("triggerflow-Work") + "</PhysicalResourceId>"),
                resources);
        assertTrue(cloudFormation("Action=DescribeStacks&StackName=absent").isEmpty());
    }

    private static Optional<String> cloudFormation(String form) throws Exception {
        try (var client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            var response = client.send(
                    HttpRequest.newBuilder(runtime.endpoint())
                            .POST(HttpRequest.BodyPublishers.ofString(form))
                            .header(
                                    "Authorization",
                                    "AWS4-HMAC-SHA256 Credential=A/20260101/us-east-1/cloudformation/aws4_request, SignedHeaders=host, Signature=0")
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            return response.statusCode() == 200 ? Optional.of(response.body()) : Optional.empty();
        }
    }

    @Test
    void aTakenPortStartsNothing() throws Exception {
        Path template =
                Path.of(LocalRuntimeTest.class.getResource("services.yaml").toURI());
        var options = LocalRuntimeOptions.of(template).withPort(runtime.port());
        assertThrows(PortTakenException.class, () -> LocalRuntime.start(options));
        assertEquals(URI.create("http://127.0.0.1:" + runtime.port()), runtime.endpoint());
    }
}
