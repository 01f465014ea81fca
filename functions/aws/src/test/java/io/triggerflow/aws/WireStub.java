package io.triggerflow.aws;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpFullResponse;
import software.amazon.awssdk.regions.Region;

/** AWS on the wire, for answers that no embedded service gives: what the SDK sends is kept, what it gets is scripted. The last answer repeats. */
public final class WireStub implements SdkHttpClient {
    /** What was asked: path, lower-case headers and body. */
    public record Asked(String method, String path, Map<String, List<String>> headers, String body) {}

    private record Answer(int status, Map<String, String> headers, String body) {}

    private final Deque<Answer> answers = new ArrayDeque<>();
    private final List<Asked> asked = new ArrayList<>();

    public WireStub answer(int status, Map<String, String> headers, String body) {
        answers.add(new Answer(status, headers, body));
        return this;
    }

    public WireStub answer(int status, String body) {
        return answer(status, Map.of(), body);
    }

    public List<Asked> asked() {
        return List.copyOf(asked);
    }

    /** A client that talks to this stub, and tries each request once. */
    public <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C client(B builder) {
        return builder.httpClient(this)
                .endpointOverride(URI.create("http://localhost"))
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("a", "b")))
                .overrideConfiguration(o -> o.retryStrategy(r -> r.maxAttempts(1)))
                .build();
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        return new ExecutableHttpRequest() {
            @Override
            public HttpExecuteResponse call() throws IOException {
                return respond(request);
            }

            @Override
            public void abort() {
                // Nothing is under way.
            }
        };
    }

    private synchronized HttpExecuteResponse respond(HttpExecuteRequest request) throws IOException {
        String body = request.contentStreamProvider().isPresent()
                ? new String(request.contentStreamProvider().get().newStream().readAllBytes(), StandardCharsets.UTF_8)
                : "";
        asked.add(new Asked(
                request.httpRequest().method().name(),
                request.httpRequest().encodedPath(),
                request.httpRequest().headers(),
                body));
        Answer answer = answers.size() > 1 ? answers.poll() : answers.peek();
        if (answer.status() == 0) {
            throw new IOException("connection reset");
        }
        SdkHttpFullResponse.Builder response = SdkHttpFullResponse.builder().statusCode(answer.status());
        answer.headers().forEach(response::putHeader);
        AbortableInputStream content = AbortableInputStream.create(
                new ByteArrayInputStream(answer.body().getBytes(StandardCharsets.UTF_8)));
        return HttpExecuteResponse.builder()
                .response(response.build())
                .responseBody(content)
                .build();
    }

    @Override
    public void close() {
        // Holds nothing.
    }
}
