package io.triggerflow.tests.e2e;

import io.triggerflow.client.NewEvent;
import io.triggerflow.client.Parked;
import io.triggerflow.client.Run;
import io.triggerflow.client.RunStatus;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A stack that is deployed on AWS, in use perhaps: whatever the suite does there is in a workspace of its own, which is removed in the end, with
 * its runs, its workflows and its standing trigger. Events are sent as any application sends them, through the API: the queue takes messages
 * from roles that the stack names, and from nobody else.
 *
 * <p>Needed: the example functions ({@code Examples=true}, the default), and credentials of AWS's default chain that may call
 * {@code execute-api:Invoke} on the API, {@code cloudformation:DescribeStacks} and {@code ListStackResources} on the stack, and
 * {@code events:PutEvents} on its bus. The price of one run of the suite is below $0.05 at the list prices of us-east-1 (2026-11): about 8,000
 * events, each a message (three requests of SQS, $1.2e-6), at most a write unit of DynamoDB ($6e-7) and a tenth of an invocation of the engine
 * (1 GB for a tenth of a second, $2e-6), some 200 requests of the API and a dozen short functions.
 */
final class DeployedBackend implements Backend {
    private static final Load LOAD = new Load(2_000, 20, 100, 2, Duration.ofMinutes(3));
    private static final int PAGE = 200;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final String stack;
    private final Deployment deployment;
    private final Load load;

    /**
     * The stack of a name.
     *
     * @param endpoint where services are instead of AWS
     */
    DeployedBackend(String stack, String region, Optional<URI> endpoint) {
        this(stack, region, endpoint, LOAD);
    }

    /** The same for another load. */
    DeployedBackend(String stack, String region, Optional<URI> endpoint, Load load) {
        this.stack = stack;
        this.load = load;
        deployment = Deployment.named(stack, region, endpoint);
        System.out.println("end to end: " + name() + ", workspace "
                + deployment.workspace().name());
    }

    /**
     * The stack that was asked for.
     *
     * @param region empty: the environment's
     * @throws IllegalArgumentException when no stack is named
     */
    static DeployedBackend named(String stack, String region) {
        if (stack.isBlank()) {
            throw new IllegalArgumentException(
                    "Expected -Dstack=NAME, the name of a deployed stack, but there is none: mvn verify -Paws -Dstack=triggerflow");
        }
        return new DeployedBackend(stack, region(region, System.getenv()), elsewhere());
    }

    static String region(String given, Map<String, String> environment) {
        return given.isBlank()
                ? environment.getOrDefault("AWS_REGION", environment.getOrDefault("AWS_DEFAULT_REGION", "us-east-1"))
                : given;
    }

    /** As every tool of AWS reads it. */
    private static Optional<URI> elsewhere() {
        return Optional.ofNullable(System.getenv("AWS_ENDPOINT_URL"))
                .filter(url -> !url.isBlank())
                .map(URI::create);
    }

    @Override
    public String name() {
        return "the deployed stack " + stack;
    }

    @Override
    public Deployment deployment() {
        return deployment;
    }

    @Override
    public Load load() {
        return load;
    }

    @Override
    public void send(List<Member> members, int perMessage) {
        Map<String, List<NewEvent>> byRun = members.stream()
                .collect(Collectors.groupingBy(
                        Member::run,
                        Collectors.mapping(
                                m -> NewEvent.of("member").withId(m.id()).withSource("e2e"), Collectors.toList())));
        byRun.forEach((run, events) -> deployment.workspace().run(run).emit(events));
    }

    /** Ends what has not ended, and removes the workspace. What cannot be removed is named, and is no failure of what was tested. */
    @Override
    public void close() {
        try {
            removeWorkspace();
        } catch (RuntimeException e) {
            System.out.println("end to end: Expected to remove workspace "
                    + deployment.workspace().name() + " of " + name() + ", but: " + e.getMessage());
        } finally {
            deployment.close();
        }
    }

    private void removeWorkspace() {
        List<Run> left = unfinished();
        left.forEach(run -> deployment.workspace().run(run.name()).cancel());
        Stack.await(left.size() + " runs to be cancelled", PATIENCE, () -> unfinished()
                .isEmpty());
        // Copies of events that are still on their way would be parked once their runs are gone.
        deployment.awaitQuiet(PATIENCE);
        deployment.workspace().delete();
        parked().forEach(deployment.client().parked()::delete);
    }

    private List<Run> unfinished() {
        List<Run> runs = new ArrayList<>();
        for (RunStatus status : List.of(RunStatus.RUNNING, RunStatus.PAUSED)) {
            runs.addAll(deployment
                    .workspace()
                    .runs(Optional.of(status), PAGE, Optional.empty())
                    .items());
        }
        return runs;
    }

    private List<String> parked() {
        Optional<String> ours = Optional.of(deployment.workspace().name());
        return deployment.client().parked().list(PAGE, Optional.empty()).items().stream()
                .filter(m -> m.workspace().equals(ours))
                .map(Parked.Message::id)
                .toList();
    }
}
