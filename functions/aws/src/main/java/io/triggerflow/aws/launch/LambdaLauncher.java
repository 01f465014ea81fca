package io.triggerflow.aws.launch;

import io.triggerflow.aws.event.EventJson;
import io.triggerflow.aws.json.Json;
import io.triggerflow.core.model.Action;
import io.triggerflow.core.model.Address;
import io.triggerflow.core.model.Launch;
import io.triggerflow.core.port.Launcher;
import io.triggerflow.core.port.StoreException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.lambda.model.LambdaException;

/**
 * Launches functions by asynchronous invocation. The launch's address goes into an object payload as {@link EventJson#ADDRESS}; a payload of
 * another kind, or one that must stay as it is, is found again by the request's id. Thread-safe.
 */
public final class LambdaLauncher implements Launcher {
    /** What an asynchronous invocation carries; more is refused here, before it costs a request. */
    public static final int MAX_PAYLOAD = 1024 * 1024;

    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVER_ERROR = 500;

    /** Where receipts are kept: see {@link io.triggerflow.core.port.Store#receipt}. */
    @FunctionalInterface
    public interface Receipts {
        void keep(String requestId, Address address, Instant at);
    }

    private final LambdaClient client;
    private final Receipts receipts;
    private final InstantSource clock;

    public LambdaLauncher(LambdaClient client, Receipts receipts, InstantSource clock) {
        this.client = client;
        this.receipts = receipts;
        this.clock = clock;
    }

    @Override
    public Outcome invoke(Launch.Invoke launch) {
        if (launch.function().isBlank()) {
            return new Outcome.Refused(
                    "Lambda.InvalidParameterValue",
                    "Expected the name of a function, but got '" + launch.function() + "'");
        }
        boolean isEmbedded =
                launch.options().correlation() == Action.Correlation.PAYLOAD && launch.payload() instanceof Map<?, ?>;
        byte[] payload =
                Json.write(isEmbedded ? withAddress(launch) : launch.payload()).getBytes(StandardCharsets.UTF_8);
        if (payload.length > MAX_PAYLOAD) {
            return new Outcome.Refused(
                    "Lambda.RequestTooLarge",
                    "Expected a payload of at most " + MAX_PAYLOAD + " bytes, but it has " + payload.length);
        }
        try {
            var response = client.invoke(r -> r.functionName(launch.function())
                    .invocationType(InvocationType.EVENT)
                    .payload(SdkBytes.fromByteArrayUnsafe(payload)));
            if (!isEmbedded) {
                // Launched, but not to be found again if this fails: it is launched once more then, which any launch
                // may be.
                receipts.keep(response.responseMetadata().requestId(), launch.address(), clock.instant());
            }
            return new Outcome.Accepted();
        } catch (LambdaException e) {
            return classify(e);
        } catch (StoreException e) {
            return new Outcome.Throttled("Triggerflow.NoReceipt", String.valueOf(e.getMessage()));
        } catch (SdkException e) {
            // No answer: timeouts and connections. Whether it was accepted is not known.
            return new Outcome.Throttled(
                    "Lambda." + e.getClass().getSimpleName().replace("Exception", ""), String.valueOf(e.getMessage()));
        }
    }

    private static Map<String, Object> withAddress(Launch.Invoke launch) {
        Map<String, Object> payload = new LinkedHashMap<>(Json.object(launch.payload()));
        payload.put(EventJson.ADDRESS, launch.address().toJson());
        return payload;
    }

    /** By status: throttling and the service's own faults pass, whatever else is wrong stays wrong. */
    private static Outcome classify(LambdaException e) {
        String code = e.awsErrorDetails() == null || e.awsErrorDetails().errorCode() == null
                ? "Status" + e.statusCode()
                : e.awsErrorDetails().errorCode();
        String error = "Lambda." + code.replaceFirst("Exception$", "");
        String message = e.awsErrorDetails() == null
                ? String.valueOf(e.getMessage())
                : String.valueOf(e.awsErrorDetails().errorMessage());
        boolean isPassing = e.statusCode() == TOO_MANY_REQUESTS
                || e.statusCode() >= SERVER_ERROR
                || e.isThrottlingException()
                || isChanging(code);
        return isPassing ? new Outcome.Throttled(error, message) : new Outcome.Refused(error, message);
    }

    /** A function that is being created or updated answers 409 for a moment. */
    private static boolean isChanging(String code) {
        return code.equals("ResourceConflictException") || code.equals("ResourceNotReadyException");
    }
}
