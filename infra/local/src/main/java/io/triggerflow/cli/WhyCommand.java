package io.triggerflow.cli;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Tells why a trigger of a run has fired, or why it has not. */
@Command(
        name = "why",
        description =
                "Tell why a trigger of a run fired, or why it has not: what is missing, who could bring it, what to type.",
        mixinStandardHelpOptions = true)
final class WhyCommand extends Verb {
    @Parameters(index = "0", paramLabel = "RUN", description = "The run's name.")
    private String run;

    @Parameters(index = "1", paramLabel = "TRIGGER", description = "The trigger's id.")
    private String trigger;

    WhyCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        JsonNode why = session().workspace().run(run).triggers().why(trigger);
        session().answer(why, () -> tell(why));
        return Exit.OK;
    }

    private void tell(JsonNode why) {
        terminal()
                .print(terminal().styled(Terminal.Style.BOLD, trigger) + ": "
                        + why.path("verdict").asText());
        why.path("because").forEach(b -> terminal().print("  " + b.asText()));
        why.path("firings").forEach(f -> terminal()
                .print("  fired at " + f.path("at").asText() + " by "
                        + f.path("event").asText() + " "
                        + f.path("subject").asText() + " (" + f.path("id").asText() + ")"
                        + (f.path("changed").isEmpty() ? "" : ": " + Session.text(f.path("changed")))));
        JsonNode condition = why.path("condition");
        if (condition.has("expression")) {
            terminal()
                    .print("condition  " + condition.path("expression").asText() + ", with the context now "
                            + Session.text(condition.path("context")));
        }
        why.path("missing").forEach(m -> terminal().print("missing    " + m.asText()));
        why.path("providers").forEach(p -> terminal().print("from       " + p.asText()));
        if (why.has("smallest")) {
            terminal().print("would fire " + why.path("smallest").path("what").asText());
            if (why.path("smallest").has("command")) {
                terminal()
                        .print("           "
                                + why.path("smallest").path("command").asText());
            }
        }
    }
}
