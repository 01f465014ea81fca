package io.triggerflow.local.gateway;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.triggerflow.local.storage.DynamoDbServer;
import io.triggerflow.local.storage.S3Server;
import io.triggerflow.local.storage.SqsServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.StsException;

/** The storage services through the one port, by the SDK's own clients. */
class GatewayTest {
    private static Gateway gateway;
    private static DynamoDbServer dynamoDb;
    private static SqsServer sqs;
    private static S3Server s3;
    private static final List<String> CREATED = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void start() {
        gateway = Gateway.bind(0);
        dynamoDb = DynamoDbServer.start(Optional.empty());
        sqs = SqsServer.start(Optional.empty(), gateway.port(), "us-east-1");
        s3 = S3Server.start(Optional.empty());
        gateway.start(Routes.builder()
                .proxy("dynamodb", dynamoDb.endpoint())
                .proxy("sqs", sqs.endpoint())
                .s3(
                        s3.endpoint(),
                        (bucket, key, size, etag, reason) ->
                                CREATED.add(reason + " " + bucket + " " + key + " " + size))
                .service("broken", exchange -> {
                    throw new IllegalStateException("on purpose");
                })
                .build(() -> true));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        dynamoDb.close();
        sqs.close();
        s3.close();
    }

    private static <B extends AwsClientBuilder<B, C>, C> B local(B builder) {
        return builder.endpointOverride(gateway.endpoint())
                .region(Region.EU_WEST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("any", "thing")));
    }

    private static S3Client s3Client(boolean pathStyle) {
        return local(S3Client.builder())
                .forcePathStyle(pathStyle)
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }

    @Test
    void writesAndReadsATable() {
        try (var client = local(DynamoDbClient.builder())
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build()) {
            client.createTable(b -> b.tableName("table")
                    .billingMode(BillingMode.PAY_PER_REQUEST)
                    .keySchema(KeySchemaElement.builder()
                            .attributeName("pk")
                            .keyType("HASH")
                            .build())
                    .attributeDefinitions(AttributeDefinition.builder()
                            .attributeName("pk")
                            .attributeType("S")
                            .build()));
            client.putItem(b ->
                    b.tableName("table").item(Map.of("pk", AttributeValue.fromS("a"), "v", AttributeValue.fromN("7"))));
            var item = client.getItem(b -> b.tableName("table")
                            .key(Map.of("pk", AttributeValue.fromS("a")))
                            .consistentRead(true))
                    .item();
            assertEquals("7", item.get("v").n());
        }
    }

    @Test
    void queueAddressesCarryTheGatewaysPort() {
        try (var client = local(SqsClient.builder())
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build()) {
            String url = client.createQueue(b -> b.queueName("queue")).queueUrl();
            assertEquals(gateway.endpoint() + "/000000000000/queue", url);
            client.sendMessage(b -> b.queueUrl(url).messageBody("hello"));
            assertEquals(
                    "hello",
                    client.receiveMessage(b -> b.queueUrl(url).waitTimeSeconds(5))
                            .messages()
                            .getFirst()
                            .body());
            assertThrows(QueueDoesNotExistException.class, () -> client.getQueueUrl(b -> b.queueName("absent")));
        }
    }

    @Test
    void putsGetsAndListsObjects() {
        byte[] body = new byte[3_000_000];
        new Random(1).nextBytes(body);
        try (var client = s3Client(true)) {
            client.createBucket(b -> b.bucket("bucket"));
            client.putObject(
                    b -> b.bucket("bucket").key("a folder/ü+b.txt").metadata(Map.of("k", "v")),
                    RequestBody.fromBytes(body));
            var read = client.getObjectAsBytes(b -> b.bucket("bucket").key("a folder/ü+b.txt"));
            assertArrayEquals(body, read.asByteArray());
            assertEquals("v", read.response().metadata().get("k"));
            assertEquals(
                    List.of("a folder/ü+b.txt"),
                    client.listObjectsV2(b -> b.bucket("bucket")).contents().stream()
                            .map(S3Object::key)
                            .toList());
            assertThrows(
                    NoSuchKeyException.class,
                    () -> client.headObject(b -> b.bucket("bucket").key("absent")));
            assertTrue(CREATED.contains("PutObject bucket a folder/ü+b.txt 3000000"), CREATED::toString);
        }
    }

    @Test
    void assemblesMultipartUploads() {
        byte[] part = new byte[5 << 20];
        new Random(2).nextBytes(part);
        try (var client = s3Client(true)) {
            client.createBucket(b -> b.bucket("parts"));
            String upload = client.createMultipartUpload(b -> b.bucket("parts").key("big"))
                    .uploadId();
            var first = client.uploadPart(
                    b -> b.bucket("parts").key("big").uploadId(upload).partNumber(1), RequestBody.fromBytes(part));
            var second = client.uploadPart(
                    b -> b.bucket("parts").key("big").uploadId(upload).partNumber(2), RequestBody.fromString("end"));
            client.completeMultipartUpload(b -> b.bucket("parts")
                    .key("big")
                    .uploadId(upload)
                    .multipartUpload(m -> m.parts(
                            CompletedPart.builder()
                                    .partNumber(1)
                                    .eTag(first.eTag())
                                    .build(),
                            CompletedPart.builder()
                                    .partNumber(2)
                                    .eTag(second.eTag())
                                    .build())));
            assertEquals(
                    part.length + 3L,
                    client.headObject(b -> b.bucket("parts").key("big")).contentLength());
            assertTrue(CREATED.contains("CompleteMultipartUpload parts big " + (part.length + 3)), CREATED::toString);
        }
    }

    @Test
    void virtualHostStyleBecomesPathStyle() {
        assertEquals("/bucket/key?x=1", S3Handler.pathStyle("bucket.localhost:4566", "/key?x=1"));
        assertEquals("/my.bucket/key", S3Handler.pathStyle("my.bucket.s3.eu-west-1.amazonaws.com", "/key"));
        assertEquals("/bucket/", S3Handler.pathStyle("bucket.s3.localhost.localstack.cloud:4566", "/"));
        assertEquals("/bucket/key", S3Handler.pathStyle("127.0.0.1:4566", "/bucket/key"));
        assertEquals("/bucket/key", S3Handler.pathStyle("localhost:4566", "/bucket/key"));
        assertEquals("/bucket/key", S3Handler.pathStyle("s3.eu-west-1.amazonaws.com", "/bucket/key"));
    }

    @Test
    void anUnknownServiceIsSaid() {
        try (var client = local(StsClient.builder())
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build()) {
            var error = assertThrows(StsException.class, client::getCallerIdentity);
            assertEquals("UnknownServiceException", error.awsErrorDetails().errorCode());
            assertTrue(error.getMessage().contains("it is for 'sts'"), error.getMessage());
        }
    }

    @Test
    void aFailingServiceIsAnInternalFailure() throws Exception {
        var response = send(HttpRequest.newBuilder(gateway.endpoint())
                .header(
                        "Authorization",
                        "AWS4-HMAC-SHA256 Credential=A/20260101/us-east-1/broken/aws4_request, SignedHeaders=host, Signature=0")
                .build());
        assertEquals(500, response.statusCode());
        assertTrue(response.body().contains("InternalFailure"), response.body());
    }

    @Test
    void healthNamesTheServices() throws Exception {
        var response = send(
                HttpRequest.newBuilder(gateway.endpoint().resolve("/_health")).build());
        assertEquals(200, response.statusCode());
        assertEquals(
                "{\"ready\":true,\"services\":{\"broken\":\"available\",\"dynamodb\":\"available\",\"s3\":\"available\",\"sqs\":\"available\"}}\n",
                response.body());
    }

    @Test
    void aTakenPortIsOneLine() {
        var error = assertThrows(PortTakenException.class, () -> Gateway.bind(gateway.port()));
        assertTrue(
                error.getMessage().startsWith("Expected port " + gateway.port() + " of 127.0.0.1 to be free, but"),
                error.getMessage());
        assertTrue(error.getMessage().contains("--port"), error.getMessage());
        assertEquals(1, error.getMessage().lines().count());
    }

    private static HttpResponse<String> send(HttpRequest request) throws Exception {
        try (var client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void endpointIsLoopback() {
        assertEquals(URI.create("http://127.0.0.1:" + gateway.port()), gateway.endpoint());
    }
}
