package io.triggerflow.local.lambda;

import io.triggerflow.local.fault.Faults;
import io.triggerflow.local.iam.Iam;
import io.triggerflow.local.usage.Usage;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;

/**
 * How the Lambda service runs functions. Immutable; start from {@link #at} and change what differs.
 *
 * @param isolated           each execution environment is a process of its own, instead of a class loader in this JVM
 * @param endpoint           the gateway: functions find every AWS service there (AWS_ENDPOINT_URL), and so does this service EventBridge
 * @param dataDirectory      where accepted asynchronous events are kept over a restart; without it they are lost with the process
 * @param accountConcurrency invocations at a time over all functions; AWS's default quota is 1,000
 * @param maxProcesses       with {@code isolated}, execution environments of one function; further invocations wait for one
 * @param faults             what goes wrong
 * @param clock              the time that asynchronous retries and event ages are counted in; function timeouts are in real time
 * @param logs               receives every line that functions write
 * @param usage              counts invocations
 * @param iam                what functions may do, and what this service may do on their behalf
 * @param metered            whether usage counts processor time too; functions in this JVM then get platform threads for virtual ones
 */
public record HostOptions(
        boolean isolated,
        URI endpoint,
        Optional<Path> dataDirectory,
        int accountConcurrency,
        int maxProcesses,
        Faults faults,
        InstantSource clock,
        LogSink logs,
        Usage usage,
        Iam iam,
        boolean metered) {

    /** In this JVM, nothing durable, no faults, AWS's default quota, logs kept in memory only. */
    public static HostOptions at(URI endpoint) {
        int processes = 4 * Runtime.getRuntime().availableProcessors();
        return new HostOptions(
                false,
                endpoint,
                Optional.empty(),
                1000,
                processes,
                Faults.none(),
                InstantSource.system(),
                (function, line) -> {},
                new Usage(),
                Iam.off(),
                false);
    }

    public HostOptions withIsolated(boolean value) {
        return new HostOptions(
                value,
                endpoint,
                dataDirectory,
                accountConcurrency,
                maxProcesses,
                faults,
                clock,
                logs,
                usage,
                iam,
                metered);
    }

    public HostOptions withDataDirectory(Path value) {
        return new HostOptions(
                isolated,
                endpoint,
                Optional.of(value),
                accountConcurrency,
                maxProcesses,
                faults,
                clock,
                logs,
                usage,
                iam,
                metered);
    }

    public HostOptions withAccountConcurrency(int value) {
        return new HostOptions(
                isolated, endpoint, dataDirectory, value, maxProcesses, faults, clock, logs, usage, iam, metered);
    }

    public HostOptions withMaxProcesses(int value) {
        return new HostOptions(
                isolated, endpoint, dataDirectory, accountConcurrency, value, faults, clock, logs, usage, iam, metered);
    }

    public HostOptions withFaults(Faults value) {
        return new HostOptions(
                isolated,
                endpoint,
                dataDirectory,
                accountConcurrency,
                maxProcesses,
                value,
                clock,
                logs,
                usage,
                iam,
                metered);
    }

    public HostOptions withClock(InstantSource value) {
        return new HostOptions(
                isolated,
                endpoint,
                dataDirectory,
                accountConcurrency,
                maxProcesses,
                faults,
                value,
                logs,
                usage,
                iam,
                metered);
    }

    public HostOptions withUsage(Usage value) {
        return new HostOptions(
                isolated,
                endpoint,
                dataDirectory,
                accountConcurrency,
                maxProcesses,
                faults,
                clock,
                logs,
                value,
                iam,
                metered);
    }

    public HostOptions withLogs(LogSink value) {
        return new HostOptions(
                isolated,
                endpoint,
                dataDirectory,
                accountConcurrency,
                maxProcesses,
                faults,
                clock,
                value,
                usage,
                iam,
                metered);
    }

    public HostOptions withIam(Iam value) {
        return new HostOptions(
                isolated,
                endpoint,
                dataDirectory,
                accountConcurrency,
                maxProcesses,
                faults,
                clock,
                logs,
                usage,
                value,
                metered);
    }

    public HostOptions withMetered(boolean value) {
        return new HostOptions(
                isolated,
                endpoint,
                dataDirectory,
                accountConcurrency,
                maxProcesses,
                faults,
                clock,
                logs,
                usage,
                iam,
                value);
    }
}
