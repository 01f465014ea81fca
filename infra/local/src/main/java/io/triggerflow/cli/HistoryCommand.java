package io.triggerflow.cli;

import io.triggerflow.client.HistoryEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows what happened in a run, in order. */
@Command(
        name = "history",
        description = "Show every event of a run and what it caused, in order.",
        mixinStandardHelpOptions = true)
final class HistoryCommand extends Verb {
    @Parameters(paramLabel = "RUN", description = "The run's name.")
    private String name;

    HistoryCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        List<HistoryEntry> entries = session().workspace().run(name).history();
        var document = Session.JSON.createObjectNode().put("run", name);
        document.putArray("entries")
                .addAll(entries.stream().map(HistoryEntry::json).toList());
        session().answer(document, () -> tell(entries));
        return Exit.OK;
    }

    private void tell(List<HistoryEntry> entries) {
        Instant first = entries.isEmpty() ? Instant.EPOCH : entries.getFirst().at();
        Table table = new Table("AFTER", "EVENT", "SUBJECT", "WHAT IT CAUSED");
        for (HistoryEntry entry : entries) {
            table.row(
                    Text.duration(Duration.between(first, entry.at())),
                    entry.type(),
                    Text.shortened(entry.subject(), 40),
                    Runs.what(entry));
        }
        table.print(terminal(), "Nothing has happened in run " + name + " yet");
    }
}
