package io.triggerflow.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.triggerflow.client.HistoryEntry;
import io.triggerflow.client.Run;
import io.triggerflow.client.RunStatus;
import java.time.Instant;

/** How runs and their histories look. */
final class Runs {
    private Runs() {}

    static JsonNode json(Run run) {
        return run.json();
    }

    /** The outcome in one line: status, time, why it failed. */
    static String outcome(Terminal terminal, Run run) {
        Terminal.Style style = run.status() == RunStatus.SUCCEEDED
                ? Terminal.Style.GREEN
                : run.status().isFinished() ? Terminal.Style.RED : Terminal.Style.CYAN;
        String why = run.failure().map(f -> ": " + f).orElse("");
        return terminal.styled(style, run.status().name()) + " after " + Text.duration(run.took(Instant.now())) + why;
    }

    static int status(Run run) {
        return run.status() == RunStatus.SUCCEEDED ? Exit.OK : Exit.FAILED;
    }

    /** What an entry of a history says, for people. */
    static String what(HistoryEntry entry) {
        var what = new StringBuilder(entry.kind().toLowerCase(java.util.Locale.ROOT));
        if (!entry.triggers().isEmpty()) {
            what.append(' ').append(String.join(", ", entry.triggers()));
        }
        String launches = Launches.summary(entry.json().path("launches"));
        if (!launches.isEmpty()) {
            what.append(" -> ").append(launches);
        }
        if (!entry.note().isEmpty()) {
            what.append(" (").append(entry.note()).append(')');
        }
        return what.toString();
    }
}
