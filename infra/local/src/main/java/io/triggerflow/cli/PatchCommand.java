package io.triggerflow.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.triggerflow.client.RunHandle;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Changes the triggers of a run that is in progress. */
@Command(
        name = "patch",
        description =
                "Change the triggers of a run that is in progress: all of it, or nothing. Refused when something under way would be stranded.",
        mixinStandardHelpOptions = true)
final class PatchCommand extends Verb {
    private static final int SHOWN = 160;

    @Parameters(index = "0", paramLabel = "RUN", description = "The run's name.")
    private String name;

    @Parameters(
            index = "1",
            paramLabel = "FILE",
            description = "{triggers: [...], retire: [ids]}, or a complete bundle of the run's workflow; YAML or JSON.")
    private Path file;

    @Option(names = "--dry-run", description = "Only show the difference, and whether it would be refused.")
    private boolean dry;

    PatchCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        RunHandle run = session().workspace().run(name);
        JsonNode tree = Inputs.tree(file);
        JsonNode outcome = run.previewPatch(tree);
        boolean refused = !outcome.path("reasons").isEmpty();
        if (!session().json()) {
            difference(outcome);
        }
        if (!dry && !refused) {
            outcome = run.patch(tree, InterceptCommands.user());
        }
        JsonNode last = outcome;
        session().answer(last, () -> tell(last, refused));
        return refused ? Exit.FAILED : Exit.OK;
    }

    private void difference(JsonNode outcome) {
        outcome.path("added").forEach(t -> line(Terminal.Style.GREEN, "+ ", t));
        outcome.path("retired").forEach(t -> line(Terminal.Style.RED, "- ", t));
        for (JsonNode one : outcome.path("replaced")) {
            terminal()
                    .print(terminal()
                            .styled(Terminal.Style.YELLOW, "~ " + one.path("id").asText()));
            Set<String> keys = new LinkedHashSet<>();
            one.path("before").fieldNames().forEachRemaining(keys::add);
            one.path("after").fieldNames().forEachRemaining(keys::add);
            keys.forEach(key ->
                    field(key, one.path("before").path(key), one.path("after").path(key)));
        }
    }

    private void field(String key, JsonNode before, JsonNode after) {
        if (before.equals(after)) {
            return;
        }
        if (!before.isMissingNode()) {
            terminal().print("    - " + key + ": " + Text.shortened(before.toString(), SHOWN));
        }
        if (!after.isMissingNode()) {
            terminal().print("    + " + key + ": " + Text.shortened(after.toString(), SHOWN));
        }
    }

    private void line(Terminal.Style style, String sign, JsonNode trigger) {
        terminal().print(terminal().styled(style, sign + trigger.path("id").asText()));
    }

    private void tell(JsonNode outcome, boolean refused) {
        outcome.path("warnings").forEach(w -> terminal().err().println("warning: " + w.asText()));
        if (refused) {
            terminal().err().println("Refused, nothing was changed:");
            outcome.path("reasons").forEach(r -> terminal().err().println("  " + r.asText()));
        } else if (outcome.path("applied").asBoolean()) {
            terminal().print("Patched run " + name);
        } else {
            boolean none = outcome.path("added").isEmpty()
                    && outcome.path("replaced").isEmpty()
                    && outcome.path("retired").isEmpty();
            terminal().print(none ? "No difference" : "Nothing was changed (--dry-run)");
        }
    }
}
