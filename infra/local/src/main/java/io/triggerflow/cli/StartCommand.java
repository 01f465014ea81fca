package io.triggerflow.cli;

import io.triggerflow.client.RunHandle;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Starts a run and does not wait for it. */
@Command(name = "start", description = "Start a run and print its name.", mixinStandardHelpOptions = true)
final class StartCommand extends Verb {
    @Parameters(paramLabel = "WORKFLOW", description = "A deployed workflow.")
    private String workflow;

    @Mixin
    private final StartOptions options = new StartOptions();

    StartCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        RunHandle run = options.start(session().workspace(), workflow, Optional.empty());
        session().answer(Runs.json(run.status()), run.name());
        return Exit.OK;
    }
}
