package io.triggerflow.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.EventBridgeException;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvalidParameterValueException;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.lambda.model.LambdaException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.scheduler.SchedulerClient;
import software.amazon.awssdk.services.scheduler.model.CreateScheduleRequest;
import software.amazon.awssdk.services.scheduler.model.FlexibleTimeWindowMode;
import software.amazon.awssdk.services.scheduler.model.SchedulerException;
import software.amazon.awssdk.services.scheduler.model.ValidationException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SqsException;
import software.amazon.awssdk.services.sts.StsClient;

/** A function's credentials in the hands of the SDK's own clients: what each service answers to those who may not. */
class PermissionsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TABLE = "triggerflow-Table";
    private static final String BUCKET = "triggerflow-bucket";
    private static final String ACCOUNT = "us-east-1:000000000000:";
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private static final Queue<String> LOG = new ConcurrentLinkedQueue<>();

    private static LocalRuntime runtime;
    private static AwsCredentials nobody;
    private static AwsCredentials somebody;
    private static final AwsCredentials ADMINISTRATOR = AwsBasicCredentials.create("test", "test");

    /** Gives its credentials away. */
    public static final class Credentials implements RequestStreamHandler {
        @Override
        public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
            if (new String(in.readAllBytes(), StandardCharsets.UTF_8).contains("Records")) {
                context.getLogger().log("a batch");
                return;
            }
            // Nothing of the outer class: a function has no test libraries.
            String three = "[\"" + System.getenv("AWS_ACCESS_KEY_ID") + "\",\"" + System.getenv("AWS_SECRET_ACCESS_KEY")
                    + "\",\"" + System.getenv("AWS_SESSION_TOKEN") + "\"]";
            out.write(three.getBytes(StandardCharsets.UTF_8));
        }
    }

    @BeforeAll
    static void start() throws Exception {
        Path template =
                Path.of(PermissionsTest.class.getResource("permissions.yaml").toURI());
        runtime =
                LocalRuntime.start(LocalRuntimeOptions.of(template).withPort(0).withLog(LOG::add));
        nobody = credentials("triggerflow-Nobody");
        somebody = credentials("triggerflow-Somebody");
    }

    @AfterAll
    static void stop() {
        runtime.close();
    }

    private static AwsCredentials credentials(String function) throws IOException {
        try (var lambda = client(LambdaClient.builder(), ADMINISTRATOR)) {
            JsonNode three =
                    JSON.readTree(lambda.invoke(i -> i.functionName(function).payload(SdkBytes.fromUtf8String("{}")))
                            .payload()
                            .asByteArray());
            assertEquals(3, three.size(), three::toString);
            return AwsSessionCredentials.create(
                    three.path(0).asText(),
                    three.path(1).asText(),
                    three.path(2).asText());
        }
    }

    private static <C, B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>> C client(
            B builder, AwsCredentials credentials) {
        return builder.endpointOverride(runtime.endpoint())
                .region(Region.US_EAST_1)
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .overrideConfiguration(o -> o.retryStrategy(r -> r.maxAttempts(1)))
                .credentialsProvider(StaticCredentialsProvider.create(credentials))
                .build();
    }

    private static DynamoDbClient dynamoDb(AwsCredentials credentials) {
        return client(DynamoDbClient.builder(), credentials);
    }

    private static SqsClient sqs(AwsCredentials credentials) {
        return client(SqsClient.builder(), credentials);
    }

    private static S3Client s3(AwsCredentials credentials) {
        return client(S3Client.builder().forcePathStyle(true), credentials);
    }

    private static String url(String queue) {
        return runtime.endpoint() + "/000000000000/triggerflow-" + queue;
    }

    private static void await(String what, BooleanSupplier condition) {
        Instant end = Instant.now().plus(LIMIT);
        while (!condition.getAsBoolean()) {
            assertTrue(Instant.now().isBefore(end), "Expected " + what + " within " + LIMIT);
            Thread.onSpinWait();
        }
    }

    private static <E extends AwsServiceException> void denied(
            Class<E> type, String code, int status, String who, String what, Executable call) {
        E error = assertThrows(type, call);
        assertEquals(code, error.awsErrorDetails().errorCode(), error.getMessage());
        assertEquals(status, error.statusCode(), error.getMessage());
        String message = "User: arn:aws:sts::000000000000:assumed-role/triggerflow-" + who + "Role/triggerflow-" + who
                + " is not authorized to perform: " + what;
        assertTrue(error.awsErrorDetails().errorMessage().startsWith(message), error.getMessage());
    }

    private static Map<String, AttributeValue> item(String id) {
        return Map.of("id", AttributeValue.fromS(id));
    }

    @Test
    void everyServiceRefusesInItsOwnWay() {
        try (var dynamoDb = dynamoDb(nobody);
                var sqs = sqs(nobody);
                var s3 = s3(nobody);
                var lambda = client(LambdaClient.builder(), nobody);
                var events = client(EventBridgeClient.builder(), nobody);
                var scheduler = client(SchedulerClient.builder(), nobody)) {
            String by = " because no identity-based policy allows the ";
            denied(
                    DynamoDbException.class,
                    "AccessDeniedException",
                    400,
                    "Nobody",
                    "dynamodb:GetItem on resource: arn:aws:dynamodb:" + ACCOUNT + "table/" + TABLE + by
                            + "dynamodb:GetItem action",
                    () -> dynamoDb.getItem(g -> g.tableName(TABLE).key(item("x"))));
            denied(
                    SqsException.class,
                    "AccessDenied",
                    403,
                    "Nobody",
                    "sqs:sendmessage on resource: arn:aws:sqs:" + ACCOUNT + "triggerflow-Open" + by
                            + "sqs:sendmessage action",
                    () -> sqs.sendMessage(m -> m.queueUrl(url("Open")).messageBody("x")));
            denied(
                    S3Exception.class,
                    "AccessDenied",
                    403,
                    "Nobody",
                    "s3:PutObject on resource: \"arn:aws:s3:::" + BUCKET + "/a/b c\"" + by + "s3:PutObject action",
                    () -> s3.putObject(p -> p.bucket(BUCKET).key("a/b c"), RequestBody.fromString("x")));
            denied(
                    LambdaException.class,
                    "AccessDeniedException",
                    403,
                    "Nobody",
                    "lambda:InvokeFunction on resource: arn:aws:lambda:" + ACCOUNT + "function:triggerflow-Somebody"
                            + by + "lambda:InvokeFunction action",
                    () -> lambda.invoke(i -> i.functionName("triggerflow-Somebody")));
            denied(
                    EventBridgeException.class,
                    "AccessDeniedException",
                    400,
                    "Nobody",
                    "events:PutEvents on resource: arn:aws:events:" + ACCOUNT + "event-bus/default" + by
                            + "events:PutEvents action",
                    () -> events.putEvents(p -> p.entries(entry("shop"))));
            denied(
                    SchedulerException.class,
                    "AccessDeniedException",
                    403,
                    "Nobody",
                    "scheduler:CreateSchedule on resource: arn:aws:scheduler:" + ACCOUNT + "schedule/group/s" + by
                            + "scheduler:CreateSchedule action",
                    () -> scheduler.createSchedule(schedule("group", "Sender")));
        }
    }

    private static PutEventsRequestEntry entry(String source) {
        return PutEventsRequestEntry.builder()
                .source(source)
                .detailType("t")
                .detail("{\"from\":\"permissions\"}")
                .build();
    }

    private static Consumer<CreateScheduleRequest.Builder> schedule(String group, String role) {
        return s -> s.name("s")
                .groupName(group)
                .scheduleExpression("at(2999-01-01T00:00:00)")
                .flexibleTimeWindow(w -> w.mode(FlexibleTimeWindowMode.OFF))
                .target(t -> t.arn("arn:aws:sqs:" + ACCOUNT + "triggerflow-Closed")
                        .roleArn("arn:aws:iam::000000000000:role/triggerflow-" + role));
    }

    @Test
    void transactionsAreAllowedThroughTheirItemsAndBatchesAreNot() {
        try (var dynamoDb = dynamoDb(somebody)) {
            dynamoDb.transactWriteItems(t -> t.transactItems(
                    TransactWriteItem.builder()
                            .put(p -> p.tableName(TABLE).item(item("t1")))
                            .build(),
                    TransactWriteItem.builder()
                            .conditionCheck(c ->
                                    c.tableName(TABLE).key(item("t2")).conditionExpression("attribute_not_exists(id)"))
                            .build()));
            denied(
                    DynamoDbException.class,
                    "AccessDeniedException",
                    400,
                    "Somebody",
                    "dynamodb:DeleteItem on resource: arn:aws:dynamodb:" + ACCOUNT + "table/" + TABLE,
                    () -> dynamoDb.transactWriteItems(t -> t.transactItems(
                            TransactWriteItem.builder()
                                    .put(p -> p.tableName(TABLE).item(item("t3")))
                                    .build(),
                            TransactWriteItem.builder()
                                    .delete(d -> d.tableName(TABLE).key(item("t1")))
                                    .build())));
            denied(
                    DynamoDbException.class,
                    "AccessDeniedException",
                    400,
                    "Somebody",
                    "dynamodb:BatchWriteItem",
                    () -> dynamoDb.batchWriteItem(b -> b.requestItems(Map.of(
                            TABLE,
                            List.of(WriteRequest.builder()
                                    .putRequest(p -> p.item(item("b")))
                                    .build())))));
            dynamoDb.query(q -> q.tableName(TABLE)
                    .indexName("byState")
                    .keyConditionExpression("#s = :s")
                    .expressionAttributeNames(Map.of("#s", "state"))
                    .expressionAttributeValues(Map.of(":s", AttributeValue.fromS("x"))));
            denied(
                    DynamoDbException.class,
                    "AccessDeniedException",
                    400,
                    "Somebody",
                    "dynamodb:Query on resource: arn:aws:dynamodb:" + ACCOUNT + "table/" + TABLE + " ",
                    () -> dynamoDb.query(q -> q.tableName(TABLE)
                            .keyConditionExpression("id = :s")
                            .expressionAttributeValues(Map.of(":s", AttributeValue.fromS("x")))));
            denied(
                    DynamoDbException.class,
                    "AccessDeniedException",
                    400,
                    "Somebody",
                    "dynamodb:ExecuteStatement because the local runtime does not know",
                    () -> dynamoDb.executeStatement(e -> e.statement("SELECT * FROM \"" + TABLE + "\"")));
        }
        try (var administrator = dynamoDb(ADMINISTRATOR)) {
            assertTrue(administrator
                    .getItem(g -> g.tableName(TABLE).key(item("t1")))
                    .hasItem());
            assertFalse(administrator
                    .getItem(g -> g.tableName(TABLE).key(item("t3")))
                    .hasItem());
        }
    }

    @Test
    void absentObjectsAreSecretToThoseWhoMayNotList() {
        try (var s3 = s3(somebody);
                var administrator = s3(ADMINISTRATOR)) {
            s3.putObject(p -> p.bucket(BUCKET).key("mine/here"), RequestBody.fromString("text"));
            assertEquals(
                    "text",
                    s3.getObjectAsBytes(g -> g.bucket(BUCKET).key("mine/here")).asUtf8String());
            var error = assertThrows(
                    S3Exception.class,
                    () -> s3.getObjectAsBytes(g -> g.bucket(BUCKET).key("mine/absent")));
            assertEquals(403, error.statusCode(), error.getMessage());
            assertEquals("AccessDenied", error.awsErrorDetails().errorCode());
            assertThrows(
                    NoSuchKeyException.class,
                    () -> administrator.getObjectAsBytes(g -> g.bucket(BUCKET).key("mine/absent")));
            denied(
                    S3Exception.class,
                    "AccessDenied",
                    403,
                    "Somebody",
                    "s3:ListBucket on resource: \"arn:aws:s3:::" + BUCKET + "\"",
                    () -> s3.listObjectsV2(l -> l.bucket(BUCKET)));
        }
    }

    @Test
    void queuesTakeBatchesThroughThePermissionOnOneMessage() throws Exception {
        try (var sqs = sqs(somebody);
                var other = sqs(nobody)) {
            var batch = SendMessageBatchRequestEntry.builder()
                    .id("1")
                    .messageBody("x")
                    .build();
            assertEquals(
                    1,
                    sqs.sendMessageBatch(s -> s.queueUrl(url("Closed")).entries(batch))
                            .successful()
                            .size());
            denied(
                    SqsException.class,
                    "AccessDenied",
                    403,
                    "Nobody",
                    "sqs:sendmessage on resource: arn:aws:sqs:" + ACCOUNT + "triggerflow-Closed",
                    () -> other.sendMessageBatch(s -> s.queueUrl(url("Closed")).entries(batch)));
        }
        HttpResponse<String> older = signed(
                nobody,
                "sqs",
                HttpRequest.newBuilder(runtime.endpoint())
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString("Action=SendMessage&MessageBody=x&QueueUrl="
                                + URLEncoder.encode(url("Closed"), StandardCharsets.UTF_8))));
        assertEquals(403, older.statusCode());
        assertTrue(older.body().contains("<Code>AccessDenied</Code><Message>User: arn:aws:sts::"), older.body());
    }

    private static HttpResponse<String> signed(AwsCredentials credentials, String service, HttpRequest.Builder request)
            throws Exception {
        try (var http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            return http.send(
                    request.header(
                                    "Authorization",
                                    "AWS4-HMAC-SHA256 Credential=" + credentials.accessKeyId() + "/20260101/us-east-1/"
                                            + service + "/aws4_request, SignedHeaders=host, Signature=0")
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void schedulesNeedARoleThatMayBePassedAndAssumed() {
        try (var scheduler = client(SchedulerClient.builder(), somebody);
                var administrator = client(SchedulerClient.builder(), ADMINISTRATOR)) {
            scheduler.createSchedule(schedule("group", "Sender"));
            denied(
                    SchedulerException.class,
                    "AccessDeniedException",
                    403,
                    "Somebody",
                    "iam:PassRole on resource: arn:aws:iam::000000000000:role/triggerflow-NobodyRole",
                    () -> scheduler.createSchedule(schedule("group", "NobodyRole")));
            denied(
                    SchedulerException.class,
                    "AccessDeniedException",
                    403,
                    "Somebody",
                    "scheduler:CreateSchedule on resource: arn:aws:scheduler:" + ACCOUNT + "schedule/default/s",
                    () -> scheduler.createSchedule(schedule("default", "Sender")));
            var error = assertThrows(
                    ValidationException.class, () -> administrator.createSchedule(schedule("default", "NobodyRole")));
            assertTrue(error.getMessage().contains("to assume the role"), error.getMessage());
        }
    }

    @Test
    void whoOneIsEverybodyMayAskAndTheApiIsTold() throws Exception {
        try (var sts = client(StsClient.builder(), somebody)) {
            assertEquals(
                    "arn:aws:sts::000000000000:assumed-role/triggerflow-SomebodyRole/triggerflow-Somebody",
                    sts.getCallerIdentity().arn());
        }
        URI api = runtime.endpoint().resolve("/_api/Api/");
        assertEquals(
                200,
                signed(somebody, "execute-api", HttpRequest.newBuilder(api.resolve("yes")))
                        .statusCode());
        HttpResponse<String> no = signed(somebody, "execute-api", HttpRequest.newBuilder(api.resolve("no")));
        assertEquals(403, no.statusCode());
        assertEquals("{\"message\":\"Forbidden\"}", no.body());
        assertEquals(
                200,
                signed(ADMINISTRATOR, "execute-api", HttpRequest.newBuilder(api.resolve("no")))
                        .statusCode());
    }

    @Test
    void rulesDeliverOnlyWhereTheyAreLetIn() {
        try (var events = client(EventBridgeClient.builder(), somebody);
                var sqs = sqs(ADMINISTRATOR)) {
            events.putEvents(p -> p.entries(entry("shop")));
            denied(
                    EventBridgeException.class,
                    "AccessDeniedException",
                    400,
                    "Somebody",
                    "events:PutEvents",
                    () -> events.putEvents(p -> p.entries(entry("shop"), entry("elsewhere"))));
            Message[] dead = new Message[1];
            await("the event in the dead-letter queue", () -> sqs
                    .receiveMessage(
                            r -> r.queueUrl(url("Dead")).waitTimeSeconds(1).messageAttributeNames("All"))
                    .messages()
                    .stream()
                    .anyMatch(m -> {
                        dead[0] = m;
                        return m.body().contains("permissions");
                    }));
            assertEquals(
                    "NO_PERMISSIONS",
                    dead[0].messageAttributes().get("ERROR_CODE").stringValue());
            assertTrue(
                    dead[0].messageAttributes()
                            .get("ERROR_MESSAGE")
                            .stringValue()
                            .contains("because no resource-based policy allows the sqs:sendmessage action"),
                    dead[0]::toString);
        }
    }

    /** What Lambda does on a function's behalf ends with a permission, and goes on when it is back. */
    @Test
    void permissionsCanBeTakenAwayAndGivenBackMeanwhile() throws Exception {
        String function = "triggerflow-Somebody";
        assertEquals(
                200,
                iam(
                                "PutRolePolicy",
                                "SomebodyRole",
                                "{\"Statement\":{\"Effect\":\"Deny\",\"Action\":\"sqs:*\",\"Resource\":\"*\"}}")
                        .statusCode());
        try (var sqs = sqs(ADMINISTRATOR);
                var lambda = client(LambdaClient.builder(), ADMINISTRATOR)) {
            // A long poll that was under way still answers; the deletion after it is refused, and so is the next poll.
            sqs.sendMessage(m -> m.queueUrl(url("Open")).messageBody("first"));
            await("the deletion to be refused", () -> logs(function).contains("sqs:deletemessage"));
            await("the next poll to be refused", () -> logs(function).contains("sqs:receivemessage"));
            long batches = batches(function);
            sqs.sendMessage(m -> m.queueUrl(url("Open")).messageBody("waits"));
            lambda.invoke(i -> i.functionName(function)
                    .invocationType(InvocationType.EVENT)
                    .payload(SdkBytes.fromUtf8String("{}")));
            await("the lost record", () -> logs(function).contains("is not authorized to perform: sqs:sendmessage"));
            assertEquals(batches, batches(function));
            assertTrue(iam("GetRolePolicy", "SomebodyRole", "").body().contains("Deny"));
            assertEquals(200, iam("DeleteRolePolicy", "SomebodyRole", "").statusCode());
            await("the message to be handled", () -> batches(function) > batches);
            var error = assertThrows(
                    InvalidParameterValueException.class,
                    () -> lambda.createEventSourceMapping(c -> c.functionName("triggerflow-Nobody")
                            .eventSourceArn("arn:aws:sqs:" + ACCOUNT + "triggerflow-Closed")));
            assertTrue(
                    error.getMessage()
                            .contains(
                                    "The function execution role does not have permissions to call ReceiveMessage on SQS"),
                    error.getMessage());
        }
        assertEquals(404, iam("DeleteRolePolicy", "SomebodyRole", "").statusCode());
        assertEquals(404, iam("PutRolePolicy", "NoRole", "{}").statusCode());
        assertEquals(400, iam("PutRolePolicy", "SomebodyRole", "{}").statusCode());
    }

    private static long batches(String function) {
        return LOG.stream()
                .filter(line -> line.startsWith(function) && line.contains("a batch"))
                .count();
    }

    private static String logs(String function) {
        return LOG.stream().filter(line -> line.startsWith(function)).collect(Collectors.joining("\n"));
    }

    private static HttpResponse<String> iam(String action, String role, String document) throws Exception {
        return signed(
                ADMINISTRATOR,
                "iam",
                HttpRequest.newBuilder(runtime.endpoint())
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(
                                "Action=" + action + "&PolicyName=now&RoleName=triggerflow-" + role + "&PolicyDocument="
                                        + URLEncoder.encode(document, StandardCharsets.UTF_8))));
    }

    @Test
    void whatHappenedIsShown() throws Exception {
        try (var dynamoDb = dynamoDb(nobody)) {
            assertThrows(DynamoDbException.class, () -> dynamoDb.deleteTable(d -> d.tableName(TABLE)));
        }
        JsonNode page = JSON.readTree(signed(
                        ADMINISTRATOR,
                        "_",
                        HttpRequest.newBuilder(runtime.endpoint().resolve("/_iam")))
                .body());
        assertTrue(page.path("enforced").asBoolean());
        assertTrue(
                page.path("calls")
                        .valueStream()
                        .anyMatch(call -> call.path("caller").asText().equals("triggerflow-Nobody")
                                && call.path("action").asText().equals("dynamodb:DeleteTable")
                                && !call.path("allowed").asBoolean()),
                page::toString);
    }
}
