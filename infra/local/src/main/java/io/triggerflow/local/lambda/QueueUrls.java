package io.triggerflow.local.lambda;

import java.net.URI;
import software.amazon.awssdk.services.sqs.SqsClient;

/** Where a queue is, by its ARN's parts: under the endpoint its client talks to, so that no lookup is needed. */
final class QueueUrls {

    private QueueUrls() {}

    static String of(SqsClient sqs, String account, String name) {
        URI endpoint = sqs.serviceClientConfiguration()
                .endpointOverride()
                .orElseThrow(() -> new IllegalStateException(
                        "Expected an SqsClient with an endpoint of the local runtime, but it has none"));
        String base = endpoint.toString();
        return (base.endsWith("/") ? base : base + "/") + account + "/" + name;
    }
}
