package io.triggerflow.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.triggerflow.client.HistoryEntry;
import io.triggerflow.client.Run;
import io.triggerflow.client.RunHandle;
import io.triggerflow.client.RunStatus;
import io.triggerflow.client.Workspace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Starts a run and follows it to its end. */
@Command(
        name = "run",
        description = "Start a run and follow it; the exit status tells how it ended.",
        mixinStandardHelpOptions = true)
final class RunCommand extends Verb {
    /** Reading a history costs the deployment requests: the pause grows with what there was to read. */
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private static final int ENTRIES_A_SECOND = 500;
    private static final int SHOWN = 8;

    @Parameters(paramLabel = "WORKFLOW|FILE", description = "A deployed workflow, or a bundle or DAG to deploy first.")
    private String what;

    @Mixin
    private final StartOptions options = new StartOptions();

    @Option(
            names = "--script",
            paramLabel = "SCRIPT",
            description = {
                "Play a script (JSON or YAML) instead: the engine in this process, in memory, by a clock that only the script moves.",
                "A list of steps: {start: INPUT}, {end: TASK, outcome: succeeded|failed|timed_out, item: N, data: JSON}, "
                        + "{emit: TYPE, subject: TEXT, data: JSON, times: N, to: run|workspace}, {advance: next or PT10S}."
            })
    private Path script;

    RunCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        if (script != null) {
            return new ScriptPlay(session(), Path.of(what), script).play();
        }
        Workspace workspace = session().workspace();
        RunHandle handle;
        if (isFile()) {
            Workspace.Deployed deployed = workspace.deploy(Inputs.tree(Path.of(what)));
            handle = options.start(workspace, deployed.workflow(), Optional.of(deployed.version()));
        } else {
            handle = options.start(workspace, what, Optional.empty());
        }
        if (!session().json()) {
            terminal().err().println("Run " + terminal().styled(Terminal.Style.BOLD, handle.name()));
        }
        Run run = follow(handle);
        session().answer(Runs.json(run), () -> tell(run));
        return Runs.status(run);
    }

    private boolean isFile() {
        return Files.isRegularFile(Path.of(what))
                || what.endsWith(".yaml")
                || what.endsWith(".yml")
                || what.endsWith(".json");
    }

    private Run follow(RunHandle handle) {
        try (Progress progress = new Progress(session())) {
            boolean shown = !session().json();
            Run run = handle.status(SHORTEST);
            while (!run.status().isFinished()) {
                List<HistoryEntry> history = shown ? handle.history() : List.of();
                draw(progress, run, history);
                run = handle.status(
                        shown ? SHORTEST.plusSeconds(history.size() / ENTRIES_A_SECOND) : Duration.ofSeconds(20));
            }
            return run;
        }
    }

    private void draw(Progress progress, Run run, List<HistoryEntry> history) {
        String took = Text.duration(run.took(Instant.now()));
        String summary = run.status() + " for " + took + ", " + Text.count(history.size(), "event")
                + (history.isEmpty() ? "" : ", last: " + Runs.what(history.getLast()));
        List<String> lines = new ArrayList<>();
        lines.add(terminal().styled(Terminal.Style.CYAN, run.status().name()) + " for " + took + ", "
                + Text.count(history.size(), "event"));
        for (HistoryEntry entry : history.subList(Math.max(0, history.size() - SHOWN), history.size())) {
            String after = Text.duration(Duration.between(run.startedAt(), entry.at()));
            lines.add(Text.shortened(
                    "  " + after + "  " + entry.type() + " " + entry.subject() + ": " + Runs.what(entry),
                    terminal().columns() - 1));
        }
        progress.show(Text.shortened(summary, terminal().columns()), lines);
    }

    private void tell(Run run) {
        if (run.status() == RunStatus.SUCCEEDED) {
            JsonNode output = run.output();
            terminal().err().println(Runs.outcome(terminal(), run));
            terminal().print(Session.pretty(output));
        } else {
            terminal()
                    .err()
                    .println("Run " + run.name() + " " + Runs.outcome(terminal(), run) + "; 'triggerflow history "
                            + run.name() + "' shows what happened");
        }
    }
}
