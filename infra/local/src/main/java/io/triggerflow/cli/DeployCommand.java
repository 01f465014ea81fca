package io.triggerflow.cli;

import io.triggerflow.client.Workspace;
import io.triggerflow.core.check.Finding;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Stores a workflow. */
@Command(
        name = "deploy",
        description = "Store a workflow and make it the newest version.",
        mixinStandardHelpOptions = true)
final class DeployCommand extends Verb {
    @Parameters(paramLabel = "FILE", description = "The workflow: a bundle or a DAG, YAML or JSON.")
    private Path file;

    @Option(
            names = "--unchecked",
            description = "Deploy without 'triggerflow check', whose errors are refused otherwise.")
    private boolean unchecked;

    DeployCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        if (!unchecked) {
            check();
        }
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

    /** Warnings are told, errors are refused. What cannot be read is the deployment's to refuse: it may know more than this release. */
    private void check() {
        BundleCheck check;
        try {
            if (BundleCheck.isDag(BundleCheck.source(file))) {
                // Its reader refuses what can be wrong with it; which triggers it becomes is not its author's doing.
                return;
            }
            check = BundleCheck.of(file);
        } catch (CliException e) {
            return;
        }
        List<Finding> errors = check.result().of(Finding.Severity.ERROR);
        List<Finding> warnings = check.result().of(Finding.Severity.WARNING);
        if (!session().json()) {
            Stream.concat(errors.stream(), warnings.stream())
                    .forEach(f -> terminal().err().println(check.line(file, f, terminal())));
        }
        if (!errors.isEmpty()) {
            Finding first = errors.getFirst();
            throw CliException.failed(
                    "Check",
                    "Expected a bundle without errors, but found " + Text.count(errors.size(), "error") + ", "
                            + first.code().text() + " of '" + first.trigger() + "' first; 'triggerflow check " + file
                            + "' shows how it comes to that, --unchecked deploys it as it is");
        }
    }
}
