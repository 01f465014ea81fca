package io.triggerflow.local;

import io.triggerflow.local.gateway.FaultPlan;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How a {@link LocalRuntime} is to run. Start from {@link #of} and change what differs.
 *
 * @param templates the SAM templates to run; the first one's stack is {@code stackName}, another's is that, a hyphen and its folder's name;
 *     each finds the exports and Systems Manager parameters of those before it
 * @param port the gateway's port of 127.0.0.1; 0 takes any free one
 * @param dataDir where tables, queues, messages, objects, schedules and accepted events are kept; empty keeps them in memory
 * @param isolated whether each function runs in a process of its own
 * @param faults what goes wrong on purpose
 * @param parameters overrides of the templates' parameters
 * @param stackName the name of the stack
 * @param region the region that ARNs name
 * @param requireCredentials whether HTTP APIs with IAM authorization refuse unsigned requests, as on AWS
 * @param clock what schedules and event times go by
 * @param log takes one line of the functions and of the runtime at a time; called from many threads
 * @param metered whether DynamoDB capacity units and functions' processor time are counted, at the price of holding bodies whole and of
 *     platform threads where functions ask for virtual ones
 * @param enforced whether functions and services are held to the permissions of the templates, as on AWS
 */
public record LocalRuntimeOptions(
        List<Path> templates,
        int port,
        Optional<Path> dataDir,
        boolean isolated,
        FaultPlan faults,
        Map<String, String> parameters,
        String stackName,
        String region,
        boolean requireCredentials,
        InstantSource clock,
        Consumer<String> log,
        boolean metered,
        boolean enforced) {
    /** The port that the user guide names. */
    public static final int DEFAULT_PORT = 4566;
    /** Between a function's name and what it wrote. */
    public static final String LOG_SEPARATOR = " | ";

    /** Copies the collections. */
    public LocalRuntimeOptions {
        templates = List.copyOf(templates);
        parameters = Map.copyOf(parameters);
    }

    /** Everything in memory on port 4566, in this JVM, permissions enforced, nothing wrong, no log. */
    public static LocalRuntimeOptions of(Path template) {
        return new LocalRuntimeOptions(
                List.of(template),
                DEFAULT_PORT,
                Optional.empty(),
                false,
                FaultPlan.none(),
                Map.of(),
                "triggerflow",
                "us-east-1",
                true,
                InstantSource.system(),
                line -> {},
                false,
                true);
    }

    /** With other templates. */
    public LocalRuntimeOptions withTemplates(List<Path> value) {
        return new LocalRuntimeOptions(
                value,
                port,
                dataDir,
                isolated,
                faults,
                parameters,
                stackName,
                region,
                requireCredentials,
                clock,
                log,
                metered,
                enforced);
    }

    /** With another port. */
    public LocalRuntimeOptions withPort(int value) {
        return new LocalRuntimeOptions(
                templates,
                value,
                dataDir,
                isolated,
                faults,
                parameters,
                stackName,
                region,
                requireCredentials,
                clock,
                log,
                metered,
                enforced);
    }

    /** With a data directory. */
    public LocalRuntimeOptions withDataDir(Path value) {
        return new LocalRuntimeOptions(
                templates,
                port,
                Optional.of(value),
                isolated,
                faults,
                parameters,
                stackName,
                region,
                requireCredentials,
                clock,
                log,
                metered,
                enforced);
    }

    /** With functions in processes of their own, or not. */
    public LocalRuntimeOptions withIsolated(boolean value) {
        return new LocalRuntimeOptions(
                templates,
                port,
                dataDir,
                value,
                faults,
                parameters,
                stackName,
                region,
                requireCredentials,
                clock,
                log,
                metered,
                enforced);
    }

    /**
     * With faults, as {@code --faults} writes them.
     *
     * @throws IllegalArgumentException saying what was expected
     */
    public LocalRuntimeOptions withFaults(String text) {
        return new LocalRuntimeOptions(
                templates,
                port,
                dataDir,
                isolated,
                FaultPlan.parse(text),
                parameters,
                stackName,
                region,
                requireCredentials,
                clock,
                log,
                metered,
                enforced);
    }

    /** With overrides of template parameters. */
    public LocalRuntimeOptions withParameters(Map<String, String> value) {
        return new LocalRuntimeOptions(
                templates,
                port,
                dataDir,
                isolated,
                faults,
                value,
                stackName,
                region,
                requireCredentials,
                clock,
                log,
                metered,
                enforced);
    }

    /** With another stack name. */
    public LocalRuntimeOptions withStackName(String value) {
        return new LocalRuntimeOptions(
                templates,
                port,
                dataDir,
                isolated,
                faults,
                parameters,
                value,
                region,
                requireCredentials,
                clock,
                log,
                metered,
                enforced);
    }

    /** With another region. */
    public LocalRuntimeOptions withRegion(String value) {
        return new LocalRuntimeOptions(
                templates,
                port,
                dataDir,
                isolated,
                faults,
                parameters,
                stackName,
                value,
                requireCredentials,
                clock,
                log,
                metered,
                enforced);
    }

    /** With a further template. */
    public LocalRuntimeOptions withTemplate(Path further) {
        List<Path> all = new ArrayList<>(templates);
        all.add(further);
        return new LocalRuntimeOptions(
                all,
                port,
                dataDir,
                isolated,
                faults,
                parameters,
                stackName,
                region,
                requireCredentials,
                clock,
                log,
                metered,
                enforced);
    }

    /** With HTTP APIs that take unsigned requests where AWS would not, or that do not. */
    public LocalRuntimeOptions withRequireCredentials(boolean value) {
        return new LocalRuntimeOptions(
                templates,
                port,
                dataDir,
                isolated,
                faults,
                parameters,
                stackName,
                region,
                value,
                clock,
                log,
                metered,
                enforced);
    }

    /** With another clock. */
    public LocalRuntimeOptions withClock(InstantSource value) {
        return new LocalRuntimeOptions(
                templates,
                port,
                dataDir,
                isolated,
                faults,
                parameters,
                stackName,
                region,
                requireCredentials,
                value,
                log,
                metered,
                enforced);
    }

    /** With someone who takes log lines. */
    public LocalRuntimeOptions withLog(Consumer<String> value) {
        return new LocalRuntimeOptions(
                templates,
                port,
                dataDir,
                isolated,
                faults,
                parameters,
                stackName,
                region,
                requireCredentials,
                clock,
                value,
                metered,
                enforced);
    }

    /** With capacity units and processor time counted, or not. */
    public LocalRuntimeOptions withMetered(boolean value) {
        return new LocalRuntimeOptions(
                templates,
                port,
                dataDir,
                isolated,
                faults,
                parameters,
                stackName,
                region,
                requireCredentials,
                clock,
                log,
                value,
                enforced);
    }

    /** With permissions enforced, or not. */
    public LocalRuntimeOptions withEnforced(boolean value) {
        return new LocalRuntimeOptions(
                templates,
                port,
                dataDir,
                isolated,
                faults,
                parameters,
                stackName,
                region,
                requireCredentials,
                clock,
                log,
                metered,
                value);
    }
}
