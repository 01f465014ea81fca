package io.triggerflow.local.lambda.guest;

import com.amazonaws.services.lambda.runtime.LambdaLogger;
import com.amazonaws.services.lambda.runtime.LambdaRuntime;
import com.amazonaws.services.lambda.runtime.api.client.AWSLambda;
import com.amazonaws.services.lambda.runtime.api.client.EventHandlerLoader;
import com.amazonaws.services.lambda.runtime.api.client.HandlerInfo;
import com.amazonaws.services.lambda.runtime.api.client.LambdaRequestHandler;
import com.amazonaws.services.lambda.runtime.api.client.UserFault;
import com.amazonaws.services.lambda.runtime.api.client.runtimeapi.DtoSerializers;
import com.amazonaws.services.lambda.runtime.api.client.runtimeapi.converters.LambdaErrorConverter;
import com.amazonaws.services.lambda.runtime.api.client.runtimeapi.dto.ErrorRequest;
import com.amazonaws.services.lambda.runtime.api.client.runtimeapi.dto.InvocationRequest;
import com.amazonaws.services.lambda.runtime.serialization.events.LambdaEventSerializers;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.security.Security;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/**
 * One handler inside its function's class loader: AWS's own runtime interface client finds the handler, maps its input and output
 * and writes its errors; this class stands where that client's loop over the Runtime API would. Single-threaded, as a Lambda
 * execution environment is.
 *
 * <p>Called by the runtime through {@link BiFunction}: payload and request facts in ({@code id}, {@code arn}, {@code deadline} in epoch
 * milliseconds); out comes {@code payload} or {@code error} (bytes), with {@code fatal} true when the environment must not be reused.
 */
public final class Guest implements BiFunction<byte[], Map<String, String>, Map<String, Object>> {

    private final LambdaRequestHandler handler;

    /** Loads the handler's class and makes it: the init phase of a cold start. Failures surface at the first invocation. */
    public Guest(String handler) {
        // The client is written for one environment a process: its static parts are set up by one thread at a time.
        synchronized (Guest.class) {
            setLogger(GuestSystem.out());
            setClassLoader(Guest.class.getClassLoader());
            this.handler = load(handler, Guest.class.getClassLoader());
        }
    }

    @Override
    public Map<String, Object> apply(byte[] payload, Map<String, String> facts) {
        InvocationRequest request = new InvocationRequest();
        request.setId(facts.get("id"));
        request.setInvokedFunctionArn(facts.get("arn"));
        request.setDeadlineTimeInMs(Long.parseLong(facts.get("deadline")));
        request.setClientContext(facts.get("clientContext"));
        request.setContent(payload);
        try {
            return Map.of("payload", handler.call(request).toByteArray());
        } catch (GuestExit e) {
            ErrorRequest error = new ErrorRequest(
                    "RequestId: " + facts.get("id") + " Error: Runtime exited with error: " + e.getMessage(),
                    "Runtime.ExitError",
                    new String[0]);
            return Map.of("error", DtoSerializers.serialize(error), "fatal", true);
        } catch (UserFault e) {
            GuestSystem.out().println(e.reportableError());
            return Map.of("error", DtoSerializers.serialize(LambdaErrorConverter.fromUserFault(e)), "fatal", true);
        } catch (Throwable e) { // whatever user code throws is an answer, not a failure of the runtime
            UserFault.filterStackTrace(e);
            GuestSystem.out().println(UserFault.trace(e));
            return Map.of(
                    "error",
                    DtoSerializers.serialize(LambdaErrorConverter.fromThrowable(e)),
                    "fatal",
                    e instanceof VirtualMachineError);
        }
    }

    private static LambdaRequestHandler load(String handler, ClassLoader loader) {
        try {
            HandlerInfo info = HandlerInfo.fromString(handler, loader);
            warmUp(info.clazz, loader);
            return EventHandlerLoader.loadEventHandler(info);
        } catch (ClassNotFoundException | NoClassDefFoundError e) {
            return LambdaRequestHandler.classNotFound(e, HandlerInfo.className(handler));
        } catch (UserFault e) {
            return request -> {
                throw e;
            };
        } catch (Exception | LinkageError e) {
            return LambdaRequestHandler.initErrorHandler(e, HandlerInfo.className(handler));
        }
    }

    /**
     * Makes the mappers of AWS's event classes once before any environment needs them: the serialization library keeps what it
     * loaded in a map that only one thread may fill.
     */
    private static void warmUp(Class<?> handler, ClassLoader loader) {
        for (Method method : handler.getMethods()) {
            Stream.concat(Stream.of(method.getReturnType()), Stream.of(method.getParameterTypes()))
                    .filter(type -> LambdaEventSerializers.isLambdaSupportedEvent(type.getName()))
                    .forEach(type -> LambdaEventSerializers.serializerFor(type, loader));
        }
    }

    /**
     * Where the client looks for event classes; its main class sets this private field. Initialising that class also changes TLS
     * settings of the whole process, which here is not the function's: they are put back.
     */
    private static void setClassLoader(ClassLoader loader) {
        String algorithms = Security.getProperty("jdk.tls.disabledAlgorithms");
        try {
            Field field = AWSLambda.class.getDeclaredField("customerClassLoader");
            field.setAccessible(true);
            if (field.get(null) == null) {
                field.set(null, new URLClassLoader(new URL[0], loader));
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Expected AWSLambda to have a field 'customerClassLoader', but " + e, e);
        } finally {
            Security.setProperty("jdk.tls.disabledAlgorithms", algorithms);
        }
    }

    /** The client's own main class sets this private field the same way; there is no public door. */
    private static void setLogger(PrintStream out) {
        try {
            Field field = LambdaRuntime.class.getDeclaredField("logger");
            field.setAccessible(true);
            field.set(null, new LambdaLogger() {
                @Override
                public void log(String message) {
                    out.println(message);
                }

                @Override
                public void log(byte[] message) {
                    out.println(new String(message, StandardCharsets.UTF_8));
                }
            });
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Expected LambdaRuntime to have a field 'logger', but " + e, e);
        }
    }
}
