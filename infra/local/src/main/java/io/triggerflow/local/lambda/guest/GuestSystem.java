package io.triggerflow.local.lambda.guest;

import java.io.PrintStream;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What {@link System} is to a function hosted in the JVM: calls of {@code System.getenv}, {@code System.exit} and reads of
 * {@code System.out} and {@code System.err} in the function's classes are redirected here as they are loaded;
 * so are its calls of {@code Executors.newVirtualThreadPerTaskExecutor}, because virtual threads tell nobody how much processor time they used.
 *
 * <p>Never used as a class of the runtime itself: its bytes are defined anew in each function's class loader, so its constants
 * are that function's own. The class loader hands them over through a JDK interface, the only types both sides share.
 */
public final class GuestSystem {

    private static final Map<String, String> ENVIRONMENT;
    private static final PrintStream OUT;
    private static final Supplier<ExecutorService> FORKS;

    static {
        Function<String, Object> host = host();
        @SuppressWarnings("unchecked") // the contract of FunctionClassLoader.apply
        Map<String, String> environment = (Map<String, String>) host.apply("environment");
        ENVIRONMENT = environment;
        OUT = (PrintStream) host.apply("out");
        @SuppressWarnings("unchecked") // the contract of FunctionClassLoader.apply
        Supplier<ExecutorService> forks = (Supplier<ExecutorService>) host.apply("forks");
        FORKS = forks;
    }

    private GuestSystem() {}

    @SuppressWarnings("unchecked") // only a FunctionClassLoader defines this class
    private static Function<String, Object> host() {
        return (Function<String, Object>) GuestSystem.class.getClassLoader();
    }

    public static Map<String, String> getenv() {
        return ENVIRONMENT;
    }

    public static String getenv(String name) {
        return ENVIRONMENT.get(name);
    }

    /** Virtual threads, or others in their place while processor time is counted. */
    public static ExecutorService newVirtualThreadPerTaskExecutor() {
        return FORKS.get();
    }

    public static PrintStream out() {
        return OUT;
    }

    /** On Lambda this ends the function's process; here it ends its invocation and its environment. */
    public static void exit(int status) {
        throw new GuestExit(status);
    }
}
