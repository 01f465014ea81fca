package io.triggerflow.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.triggerflow.client.Run;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows a run. */
@Command(
        name = "show",
        description = "Show a run: status, context, result, interceptors.",
        mixinStandardHelpOptions = true)
final class ShowCommand extends Verb {
    @Parameters(paramLabel = "RUN", description = "The run's name.")
    private String name;

    ShowCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        Run run = session().workspace().run(name).status();
        List<JsonNode> interceptors = run.status().isFinished()
                ? List.of()
                : session().workspace().run(name).interceptors().list();
        ObjectNode document = Runs.json(run).deepCopy();
        document.putArray("interceptors").addAll(interceptors);
        session().answer(document, () -> {
            tell(run);
            if (!interceptors.isEmpty()) {
                terminal().print(terminal().styled(Terminal.Style.BOLD, "interceptors"));
                InterceptCommands.table(interceptors).print(terminal(), "");
            }
        });
        return Exit.OK;
    }

    private void tell(Run run) {
        Terminal terminal = terminal();
        terminal.print(terminal.styled(Terminal.Style.BOLD, run.name()) + "  workflow " + run.workflow() + ", version "
                + run.version());
        terminal.print("started  " + Text.time(run.startedAt()));
        run.endedAt().ifPresent(at -> terminal.print("ended    " + Text.time(at)));
        terminal.print("status   " + Runs.outcome(terminal, run));
        part("input", run.json().path("input"));
        part("context", run.json().path("context"));
        part("output", run.output());
    }

    private void part(String title, JsonNode value) {
        boolean empty = value.isMissingNode() || value.isNull() || value.isContainerNode() && value.isEmpty();
        if (!empty) {
            terminal().print(terminal().styled(Terminal.Style.BOLD, title));
            Session.pretty(value).lines().forEach(line -> terminal().print("  " + line));
        }
    }
}
