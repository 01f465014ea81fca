package io.triggerflow.aws.handler;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Optional;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;

/**
 * Closes each connection as soon as its answer is there: a snapshot that holds an open one would wake up with a dead one. Answers are read
 * whole; for small ones.
 */
final class PassingHttpClient implements SdkHttpClient {
    private final SdkHttpClient client;

    PassingHttpClient(SdkHttpClient client) {
        this.client = client;
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        ExecutableHttpRequest prepared = client.prepareRequest(request);
        return new ExecutableHttpRequest() {
            @Override
            public HttpExecuteResponse call() throws IOException {
                try {
                    HttpExecuteResponse answer = prepared.call();
                    // Read to its end, and not closed: of a closed one, the JDK no longer knows which connection was
                    // its.
                    Optional<AbortableInputStream> body = answer.responseBody();
                    byte[] bytes = body.isPresent() ? body.get().readAllBytes() : new byte[0];
                    return HttpExecuteResponse.builder()
                            .response(answer.httpResponse())
                            .responseBody(AbortableInputStream.create(new ByteArrayInputStream(bytes)))
                            .build();
                } finally {
                    prepared.abort();
                }
            }

            @Override
            public void abort() {
                prepared.abort();
            }
        };
    }

    @Override
    public String clientName() {
        return client.clientName();
    }

    @Override
    public void close() {
        client.close();
    }
}
