package io.triggerflow.cli;

import io.triggerflow.client.Workspace;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Stores a workflow. */
@Command(
        name = "deploy",
        description = "Store a workflow and make it the newest version.",
        mixinStandardHelpOptions = true)
final class DeployCommand extends Verb {
    @Parameters(paramLabel = "FILE", description = "The workflow's bundle, YAML or JSON.")
    private Path file;

    DeployCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        Workspace.Deployed deployed = session().workspace().deploy(Inputs.tree(file));
        session()
                .answer(
                        Map.of(
                                "workflow",
                                deployed.workflow(),
                                "version",
                                deployed.version(),
                                "workspace",
                                session().options().workspace),
                        "Deployed workflow " + deployed.workflow() + ", version " + deployed.version());
        return Exit.OK;
    }
}
