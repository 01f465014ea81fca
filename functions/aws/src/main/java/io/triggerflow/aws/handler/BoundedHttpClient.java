package io.triggerflow.aws.handler;

import java.io.IOException;
import java.util.concurrent.Semaphore;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;

/**
 * Lets a bounded number of requests wait for an answer at a time: a function has 1,024 file descriptors, and a fan-out more launches.
 * The bound is here, and not where tasks are forked, because tasks fork others: held while they wait for those, it would be a deadlock.
 */
final class BoundedHttpClient implements SdkHttpClient {
    private final SdkHttpClient client;
    private final Semaphore places;

    BoundedHttpClient(SdkHttpClient client, int width) {
        this.client = client;
        this.places = new Semaphore(width);
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        ExecutableHttpRequest prepared = client.prepareRequest(request);
        return new ExecutableHttpRequest() {
            @Override
            public HttpExecuteResponse call() throws IOException {
                places.acquireUninterruptibly();
                try {
                    return prepared.call();
                } finally {
                    places.release();
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
