package io.triggerflow.tests.e2e;

import com.sun.net.httpserver.HttpServer;
import io.triggerflow.local.httpapi.HttpApis;
import io.triggerflow.local.httpapi.Route;
import io.triggerflow.local.iam.Iam;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;

/**
 * The HTTP API where there is no API Gateway: takes requests on this machine, and asks the API's function by Lambda's Invoke, with the event that
 * API Gateway would make. Whoever can reach the port may call: nothing is verified.
 */
final class ApiStandIn implements AutoCloseable {
    private static final String ACCOUNT = "000000000000";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /**
     * Answers from now on.
     *
     * @param lambda not closed with this
     * @param function the API's function, by name
     */
    ApiStandIn(LambdaClient lambda, String region, String function) {
        var apis = new HttpApis(
                (name, event) -> invoke(lambda, name, event),
                false,
                Iam.off(),
                region,
                ACCOUNT,
                InstantSource.system());
        apis.put("api", List.of(new Route("ANY", "/{proxy+}", function, false)));
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/_api/", apis::handle);
        server.setExecutor(threads);
        server.start();
    }

    private static Optional<byte[]> invoke(LambdaClient lambda, String function, byte[] event) {
        InvokeResponse answer =
                lambda.invoke(i -> i.functionName(function).qualifier("live").payload(SdkBytes.fromByteArray(event)));
        return answer.functionError() == null ? Optional.of(answer.payload().asByteArray()) : Optional.empty();
    }

    /** The API's address. */
    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/_api/api");
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
