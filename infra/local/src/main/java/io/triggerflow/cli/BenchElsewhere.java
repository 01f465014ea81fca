package io.triggerflow.cli;

import io.triggerflow.client.NewEvent;
import io.triggerflow.client.Run;
import io.triggerflow.client.RunHandle;
import io.triggerflow.client.StartOptions;
import io.triggerflow.client.Workspace;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;

/** Measures a deployment that only its API shows: throughput, nothing else. */
final class BenchElsewhere {
    private final Session session;
    private final BenchLoad load;

    BenchElsewhere(Session session, BenchLoad load) {
        this.session = session;
        this.load = load;
    }

    BenchReport measure() throws InterruptedException {
        BenchScenario scenario = load.scenario();
        if (scenario.standing().isPresent()) {
            throw CliException.unusable(
                    "Usage",
                    "Expected join, joins, sequence or fanout for a deployment elsewhere, but got "
                            + scenario.name().toLowerCase(java.util.Locale.ROOT) + ": its end shows in the queue only");
        }
        Workspace workspace = session.workspace();
        workspace.deploy(load.bundle());
        String prefix = scenario.workflow() + "-" + UUID.randomUUID().toString().substring(0, 8) + "-";
        Instant begun = Instant.now();
        List<RunHandle> runs = load.runs(prefix).stream()
                .map(name -> workspace.start(scenario.workflow(), null, StartOptions.named(name)))
                .toList();
        if (scenario.isFed()) {
            begun = Instant.now();
            runs.forEach(run -> run.emit(IntStream.range(0, load.eventsARun())
                    .mapToObj(i -> NewEvent.of(BenchScenario.EVENT).withSource("bench"))
                    .toList()));
        }
        List<Run> done = BenchLoad.finished(runs, session.terminal());
        return new BenchReport(
                load,
                Duration.between(begun, BenchLoad.end(done, Instant.now())),
                List.of(),
                List.of(),
                load.firings(done),
                Optional.empty(),
                Map.of());
    }
}
