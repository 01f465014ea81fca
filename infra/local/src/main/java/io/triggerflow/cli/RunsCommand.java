package io.triggerflow.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.triggerflow.client.Page;
import io.triggerflow.client.Run;
import io.triggerflow.client.RunStatus;
import java.time.Instant;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists runs, the newest first. */
@Command(name = "runs", description = "List runs, the newest first.", mixinStandardHelpOptions = true)
final class RunsCommand extends Verb {
    @Option(
            names = "--status",
            paramLabel = "STATUS",
            description = "Only runs that stand so: ${COMPLETION-CANDIDATES}.")
    private RunStatus status;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "20",
            description = "How many at most. Default: ${DEFAULT-VALUE}.")
    private int limit;

    @Option(names = "--token", paramLabel = "TOKEN", description = "Where the former page ended: its 'next'.")
    private String token;

    RunsCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        Page<Run> page = session().workspace().runs(Optional.ofNullable(status), limit, Inputs.given(token));
        ObjectNode document = Session.JSON.createObjectNode();
        document.putArray("runs").addAll(page.items().stream().map(Runs::json).toList());
        page.next().ifPresent(next -> document.put("next", next));
        session().answer(document, () -> tell(page));
        return Exit.OK;
    }

    private void tell(Page<Run> page) {
        Table table = new Table("RUN", "WORKFLOW", "STATUS", "STARTED", "TOOK", "WHY");
        for (Run run : page.items()) {
            String why = run.failure()
                    .map(f -> f.error() + (f.message().isEmpty() ? "" : ": " + f.message()))
                    .orElse("");
            table.row(
                    run.name(),
                    run.workflow(),
                    run.status(),
                    Text.time(run.startedAt()),
                    Text.duration(run.took(Instant.now())),
                    why);
        }
        table.print(
                terminal(),
                "No runs" + (status == null ? "" : " that are " + status) + " in workspace "
                        + session().options().workspace + "; start one with 'triggerflow run FILE'");
        page.next().ifPresent(next -> terminal().print("more: --token " + next));
    }
}
