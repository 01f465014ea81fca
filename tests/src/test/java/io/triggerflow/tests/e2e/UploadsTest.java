package io.triggerflow.tests.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** An application with a template of its own beside the engine's: what its readers would copy does what it says. */
class UploadsTest {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final ObjectMapper YAML = new YAMLMapper();

    @RegisterExtension
    static final Granted granted = new Granted();

    @Test
    void anUploadedFileIsDescribedAndReported() throws IOException {
        Path application = Stack.root().resolve("functions/examples/uploads");
        List<Path> templates = List.of(Stack.root().resolve("template.yaml"), application.resolve("template.yaml"));
        try (Stack stack = granted.watch(new Stack(Stack.options().withTemplates(templates)));
                S3Client s3 = s3(stack)) {
            stack.deploy(application.resolve("workflow.yaml"));
            stack.call(
                    "POST",
                    "/workspaces/default/triggers",
                    YAML.readValue(Files.readString(application.resolve("on-upload.yaml")), Object.class));
            String bucket = stack.runtime
                    .templates()
                    .getLast()
                    .outputs()
                    .get("BucketName")
                    .toString();

            upload(s3, bucket, "poem.txt", "one two\n\nthree four five\n");
            JsonNode run = ended(stack, 1).getFirst();
            assertEquals("SUCCEEDED", run.path("status").asText(), run::toString);
            assertEquals(
                    "reports/poem.txt.txt", run.path("output").path("report").asText());
            assertEquals("inbox/poem.txt: 3 lines, 5 words\n", text(s3, bucket, "reports/poem.txt.txt"));

            // A report is an object of the same bucket. Had the first one started a run, that run would be before this
            // one.
            upload(s3, bucket, "more.txt", "six\n");
            ended(stack, 2);
            assertEquals("inbox/more.txt: 1 lines, 1 words\n", text(s3, bucket, "reports/more.txt.txt"));
            assertEquals(2, runs(stack).size());
        }
    }

    private static void upload(S3Client s3, String bucket, String name, String text) {
        s3.putObject(o -> o.bucket(bucket).key("inbox/" + name), RequestBody.fromString(text));
    }

    private static String text(S3Client s3, String bucket, String key) {
        return s3.getObjectAsBytes(o -> o.bucket(bucket).key(key)).asUtf8String();
    }

    private static S3Client s3(Stack stack) {
        return S3Client.builder()
                .endpointOverride(stack.runtime.endpoint())
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }

    /** The runs that have ended, once there are so many. */
    private static List<JsonNode> ended(Stack stack, int count) {
        Stack.await(count + " runs", LIMIT, () -> runs(stack).size() >= count);
        return runs(stack).stream()
                .map(run -> stack.await(run.path("name").asText(), LIMIT))
                .toList();
    }

    private static List<JsonNode> runs(Stack stack) {
        List<JsonNode> runs = new ArrayList<>();
        stack.call("GET", "/workspaces/default/runs", null).path("runs").forEach(runs::add);
        return runs;
    }
}
