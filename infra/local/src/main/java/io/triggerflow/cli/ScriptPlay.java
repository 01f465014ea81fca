package io.triggerflow.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.triggerflow.core.definition.DefinitionException;
import io.triggerflow.core.model.Entry;
import io.triggerflow.core.model.RunStatus;
import io.triggerflow.core.model.ScopeState;
import io.triggerflow.core.script.EndlessException;
import io.triggerflow.core.script.ScriptException;
import io.triggerflow.core.script.ScriptReader;
import io.triggerflow.core.script.Step;
import io.triggerflow.core.script.World;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Plays a script against a bundle: the engine in this process, in memory, by a clock that only the script moves. Nothing is deployed. */
final class ScriptPlay {
    private final Session session;
    private final Path bundle;
    private final Path script;

    ScriptPlay(Session session, Path bundle, Path script) {
        this.session = session;
        this.bundle = bundle;
        this.script = script;
    }

    /** Plays it; the exit status is that of a run. */
    int play() {
        Source source = BundleCheck.source(bundle);
        World world =
                switch (BundleCheck.content(bundle, source)) {
                    case BundleCheck.Content.Workflow w -> World.of(w.definition(), BundleCheck.packaged());
                    case BundleCheck.Content.Standing s -> World.of(s.triggers(), BundleCheck.packaged());
                };
        List<Step> steps = steps();
        ObjectNode document = Session.JSON.createObjectNode();
        ArrayNode played = document.putArray("steps");
        Optional<String> endless = Optional.empty();
        for (int i = 0; i < steps.size() && endless.isEmpty(); i++) {
            endless = play(world, steps.get(i), i, played);
        }
        end(world, document);
        endless.ifPresent(e -> document.put("endless", e));
        session.answer(document, () -> tell(world));
        boolean bad = world.root()
                .map(ScopeState::status)
                .filter(s -> s.isFinished() && s != RunStatus.SUCCEEDED)
                .isPresent();
        return bad || endless.isPresent() ? Exit.FAILED : Exit.OK;
    }

    private List<Step> steps() {
        Source source = BundleCheck.source(script);
        try {
            return ScriptReader.read(source.tree());
        } catch (DefinitionException e) {
            throw CliException.failed(
                    "InvalidScript",
                    e.problems().stream()
                            .map(p -> script
                                    + source.line(p.path()).map(l -> ":" + l).orElse("") + ": " + p)
                            .collect(Collectors.joining("\n")));
        }
    }

    private Optional<String> play(World world, Step step, int number, ArrayNode played) {
        int before = world.size();
        Optional<String> endless = Optional.empty();
        try {
            world.play(step);
        } catch (ScriptException e) {
            throw CliException.failed("Script", script + ": $[" + number + "]: " + e.getMessage());
        } catch (EndlessException e) {
            endless = Optional.of(e.getMessage());
        }
        ObjectNode one = played.addObject();
        one.set("step", Session.JSON.valueToTree(step.toJson()));
        ArrayNode entries = one.putArray("entries");
        if (!session.json()) {
            session.terminal()
                    .print(session.terminal()
                            .styled(
                                    Terminal.Style.BOLD,
                                    Text.duration(world.lasted()) + "  "
                                            + Text.shortened(Session.text(step.toJson()), 200)));
        }
        List<Entry> all = world.entries();
        for (Entry entry : all.subList(Math.min(before, all.size()), Math.min(all.size(), before + 1_000))) {
            entries.add(json(entry));
            if (!session.json()) {
                session.terminal().print("    " + words(entry));
            }
        }
        endless.ifPresent(e -> {
            if (!session.json()) {
                session.terminal().print("    " + e);
            }
        });
        return endless;
    }

    private static ObjectNode json(Entry entry) {
        ObjectNode json = Session.JSON
                .createObjectNode()
                .put("type", entry.cause().type())
                .put("subject", entry.cause().subject())
                .put("kind", entry.kind().name())
                .put("note", entry.note());
        ArrayNode fired = json.putArray("fired");
        entry.firings().forEach(f -> fired.add(f.trigger()));
        return json;
    }

    private static String words(Entry entry) {
        String what = entry.firings().isEmpty()
                ? entry.kind().name().toLowerCase(java.util.Locale.ROOT)
                : "fired "
                        + entry.firings().stream()
                                .map(f -> f.trigger()
                                        + (f.changes().isEmpty() ? "" : " (" + String.join(", ", f.changes()) + ")"))
                                .collect(Collectors.joining(", "));
        return entry.cause().type()
                + (entry.cause().subject().isEmpty() ? "" : " " + entry.cause().subject()) + ": "
                + Text.shortened(what, 200)
                + (entry.note().isEmpty() ? "" : "; " + entry.note());
    }

    private static Map<String, Integer> firings(World world) {
        Map<String, Integer> firings = new LinkedHashMap<>();
        world.entries().forEach(e -> e.firings().forEach(f -> firings.merge(f.trigger(), 1, Integer::sum)));
        return firings;
    }

    private static void end(World world, ObjectNode document) {
        document.put("status", world.root().map(r -> r.status().name()).orElse("NOT_STARTED"));
        world.root().ifPresent(r -> {
            document.set("context", Session.JSON.valueToTree(r.context()));
            document.set("output", Session.JSON.valueToTree(r.output()));
            r.failure().ifPresent(f -> document.set("failure", Session.JSON.valueToTree(f.toJson())));
        });
        document.set("firings", Session.JSON.valueToTree(firings(world)));
        ArrayNode flying = document.putArray("inFlight");
        world.flights().forEach(f -> flying.add(f.address().task()));
        ArrayNode due = document.putArray("due");
        world.pending().forEach(d -> due.addObject()
                .put("type", d.event().type())
                .put("subject", d.event().subject())
                .put("at", d.due().toString()));
        ArrayNode held = document.putArray("held");
        world.held().forEach(e -> held.addObject().put("type", e.type()).put("subject", e.subject()));
        document.set("parked", Session.JSON.valueToTree(world.parked()));
    }

    private void tell(World world) {
        Terminal terminal = session.terminal();
        terminal.print("");
        terminal.print("status     " + world.root().map(r -> r.status().name()).orElse("not started"));
        world.root().ifPresent(r -> {
            if (r.output() != null) {
                terminal.print("output     " + Session.text(r.output()));
            }
            r.failure().ifPresent(f -> terminal.print("failure    " + f.error() + ": " + f.message()));
        });
        firings(world)
                .forEach(
                        (trigger, times) -> terminal.print("fired      " + trigger + ", " + Text.count(times, "time")));
        world.flights().stream()
                .map(f -> f.address().task())
                .distinct()
                .forEach(task -> terminal.print("in flight  task " + task));
        world.pending()
                .forEach(d -> terminal.print(
                        "due        " + d.event().type() + " " + d.event().subject() + " at " + d.due()));
        world.held().forEach(e -> terminal.print("held       " + e.type() + " " + e.subject()));
        world.parked().forEach(reason -> terminal.print("parked     " + reason));
    }
}
