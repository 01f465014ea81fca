package io.triggerflow.aws.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.triggerflow.aws.WireStub;
import io.triggerflow.aws.json.Json;
import io.triggerflow.core.model.Action;
import io.triggerflow.core.model.Address;
import io.triggerflow.core.model.Launch;
import io.triggerflow.core.model.RetryPolicy;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.port.Launcher;
import io.triggerflow.core.port.StoreException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.lambda.LambdaClient;

class LambdaLauncherTest {
    private static final Address ADDRESS = new Address(new Scope("shop", "run-1"), "entry", 0, -1, 1, "step", 1, false);

    private final WireStub wire = new WireStub();
    private final Map<String, Address> receipts = new HashMap<>();
    private final LambdaLauncher launcher = new LambdaLauncher(
            wire.client(LambdaClient.builder()),
            (id, address, at) -> receipts.put(id, address),
            InstantSource.fixed(Instant.EPOCH));

    private static Launch.Invoke launch(Object payload, Action.Correlation correlation) {
        return new Launch.Invoke(
                ADDRESS, "t", "fn", payload, new Launch.Invocation(RetryPolicy.NONE, Optional.empty(), correlation));
    }

    @Test
    void objectsCarryTheirAddress() {
        wire.answer(202, Map.of("x-amzn-RequestId", "r1"), "");
        assertEquals(
                new Launcher.Outcome.Accepted(), launcher.invoke(launch(Map.of("n", 1), Action.Correlation.PAYLOAD)));
        WireStub.Asked asked = wire.asked().getFirst();
        assertEquals(List.of("Event"), asked.headers().get("X-Amz-Invocation-Type"));
        assertEquals("/2015-03-31/functions/fn/invocations", asked.path());
        assertEquals(Map.of("n", 1, "__triggerflow", ADDRESS.toJson()), Json.read(asked.body()));
        assertEquals(Map.of(), receipts);
    }

    @Test
    void otherPayloadsStayAsTheyAreAndGetAReceipt() {
        wire.answer(202, Map.of("x-amzn-RequestId", "r1"), "");
        launcher.invoke(launch(List.of(1, 2), Action.Correlation.PAYLOAD));
        launcher.invoke(launch(Map.of("n", 1), Action.Correlation.RECEIPT));
        assertEquals(
                List.of("[1,2]", "{\"n\":1}"),
                wire.asked().stream().map(WireStub.Asked::body).toList());
        assertEquals(Map.of("r1", ADDRESS), receipts);
    }

    @ParameterizedTest
    @CsvSource({
        "404, ResourceNotFoundException, Lambda.ResourceNotFound, false",
        "403, AccessDeniedException, Lambda.AccessDenied, false",
        "413, RequestTooLargeException, Lambda.RequestTooLarge, false",
        "400, InvalidParameterValueException, Lambda.InvalidParameterValue, false",
        "400, RecursiveInvocationException, Lambda.RecursiveInvocation, false",
        "429, TooManyRequestsException, Lambda.TooManyRequests, true",
        "500, ServiceException, Lambda.Service, true",
        "502, EC2UnexpectedException, Lambda.EC2Unexpected, true",
        "409, ResourceConflictException, Lambda.ResourceConflict, true",
        "503, Whatever, Lambda.Whatever, true",
    })
    void failuresAreClassified(int status, String code, String error, boolean passes) {
        wire.answer(status, Map.of("x-amzn-ErrorType", code, "x-amzn-RequestId", "r1"), "{\"Message\":\"why\"}");
        Launcher.Outcome outcome = launcher.invoke(launch(Map.of(), Action.Correlation.PAYLOAD));
        if (passes) {
            assertEquals(
                    error,
                    assertInstanceOf(Launcher.Outcome.Throttled.class, outcome).error());
        } else {
            assertEquals(
                    error,
                    assertInstanceOf(Launcher.Outcome.Refused.class, outcome).error());
        }
    }

    @Test
    void noAnswerMayPass() {
        wire.answer(0, "");
        assertEquals(
                "Lambda.SdkClient",
                assertInstanceOf(
                                Launcher.Outcome.Throttled.class,
                                launcher.invoke(launch(Map.of(), Action.Correlation.PAYLOAD)))
                        .error());
    }

    @Test
    void tooLargeIsRefusedWithoutARequest() {
        wire.answer(202, "");
        var refused = assertInstanceOf(
                Launcher.Outcome.Refused.class,
                launcher.invoke(launch("x".repeat(LambdaLauncher.MAX_PAYLOAD), Action.Correlation.RECEIPT)));
        assertEquals("Lambda.RequestTooLarge", refused.error());
        assertEquals(List.of(), wire.asked());
    }

    @Test
    void withoutReceiptItIsLaunchedAgain() {
        wire.answer(202, Map.of("x-amzn-RequestId", "r1"), "");
        LambdaLauncher failing = new LambdaLauncher(
                wire.client(LambdaClient.builder()),
                (id, address, at) -> {
                    throw new StoreException("throttled", null);
                },
                InstantSource.fixed(Instant.EPOCH));
        assertEquals(
                "Triggerflow.NoReceipt",
                assertInstanceOf(
                                Launcher.Outcome.Throttled.class, failing.invoke(launch(1, Action.Correlation.PAYLOAD)))
                        .error());
    }
}
