package io.triggerflow.aws.handler;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.triggerflow.aws.api.Api;
import io.triggerflow.aws.api.Response;
import io.triggerflow.aws.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** The HTTP API: a request of API Gateway (HTTP API, payload format 2.0) in, its answer out. */
public final class ApiHandler implements RequestStreamHandler {
    private static final int SERVER_ERROR = 500;

    private final Api api;

    @SuppressWarnings("unused") // kept: the context of checkpoints holds it weakly
    private final Priming priming;

    public ApiHandler() {
        Deployment deployment = Deployment.ofProcess();
        this.api = new Api(deployment.api());
        this.priming = new Priming(deployment::prime);
    }

    @Override
    public void handleRequest(InputStream input, OutputStream output, Context context) throws IOException {
        Response response = api.handle(Json.object(Json.read(input.readAllBytes())));
        if (response.status() >= SERVER_ERROR) {
            context.getLogger().log(Json.write(response.body()) + "\n");
        }
        output.write(Json.write(response.toJson()).getBytes(StandardCharsets.UTF_8));
    }
}
