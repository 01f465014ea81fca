package io.triggerflow.core.check;

import io.triggerflow.core.check.Explanation.Change;
import io.triggerflow.core.check.Explanation.Verdict;
import io.triggerflow.core.decide.View;
import io.triggerflow.core.model.Commit;
import io.triggerflow.core.model.Condition;
import io.triggerflow.core.model.Definition;
import io.triggerflow.core.model.Entry;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.RunStatus;
import io.triggerflow.core.model.Trigger;
import io.triggerflow.core.model.TriggerState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Explains triggers from what is stored of a run. Pure: the same facts, the same explanation. */
public final class Why {
    private final Facts facts;
    private final Trigger trigger;
    private final Optional<TriggerState> state;
    private final List<String> because = new ArrayList<>();
    private final Sources sources;

    /**
     * What is known of a run (or workspace).
     *
     * @param view its root and its triggers
     * @param history its entries, in order
     * @param states states of triggers that keep one
     * @param timers armed timers
     * @param held events that wait for a trigger, or for the run to be resumed
     * @param now by which to tell what is due
     */
    public record Facts(
            View view,
            List<Entry> history,
            Map<String, TriggerState> states,
            List<Commit.Timer> timers,
            List<Event> held,
            Instant now) {}

    private Why(Facts facts, Trigger trigger) {
        this.facts = facts;
        this.trigger = trigger;
        this.state = Optional.ofNullable(facts.states().get(trigger.id()));
        this.sources = new Sources(facts, trigger, state);
    }

    /** Explains a trigger; empty when the run has and had none of that id. */
    public static Optional<Explanation> of(Facts facts, String id) {
        return facts.view()
                .triggers()
                .find(id)
                .or(() -> facts.view().definition().map(Definition::triggers).orElse(List.of()).stream()
                        .filter(t -> t.id().equals(id))
                        .findFirst())
                .map(t -> new Why(facts, t).explain());
    }

    private Explanation explain() {
        List<Map<String, Object>> firings = firings();
        Verdict verdict = verdict(firings);
        if (!facts.held().isEmpty() && verdict != Verdict.FINISHED) {
            because.add(facts.held().size() + " events are held: "
                    + facts.held().stream()
                            .map(e -> e.type() + " " + e.subject())
                            .map(String::strip)
                            .distinct()
                            .limit(5)
                            .toList());
        }
        boolean open = verdict == Verdict.WAITING || verdict == Verdict.DECLINED;
        List<String> missing = open ? sources.missing() : List.of();
        return new Explanation(
                trigger.id(),
                verdict,
                because,
                firings,
                condition(),
                missing,
                open ? sources.providers() : List.of(),
                smallest(verdict));
    }

    private List<Map<String, Object>> firings() {
        List<Map<String, Object>> firings = new ArrayList<>();
        for (Entry entry : facts.history()) {
            for (Entry.Firing firing : entry.firings()) {
                if (firing.trigger().equals(trigger.id())) {
                    Map<String, Object> one = new LinkedHashMap<>();
                    one.put("at", entry.at().toString());
                    one.put("event", entry.cause().type());
                    one.put("subject", entry.cause().subject());
                    one.put("id", entry.cause().id());
                    one.put("changed", firing.changes());
                    firings.add(one);
                }
            }
        }
        return firings;
    }

    private Verdict verdict(List<Map<String, Object>> firings) {
        if (!firings.isEmpty()) {
            Map<String, Object> last = firings.getLast();
            String members = state.map(s -> " " + sources.members(s)).orElse("");
            because.add("It fired " + (firings.size() == 1 ? "once" : firings.size() + " times") + ", last at "
                    + last.get("at") + " by " + (last.get("event") + " " + last.get("subject")).strip() + "."
                    + members);
            return Verdict.FIRED;
        }
        RunStatus status = facts.view().state().status();
        if (status.isFinished()) {
            because.add("The run has finished: " + status
                    + facts.view()
                            .state()
                            .failure()
                            .map(f -> " with " + f.error() + ": " + f.message())
                            .orElse("")
                    + ". It had not fired by then.");
            return Verdict.FINISHED;
        }
        if (facts.view().triggers().find(trigger.id()).isEmpty()) {
            because.add("It was retired" + who("retire") + ".");
            return Verdict.RETIRED;
        }
        if (!facts.view().triggers().isEnabled(trigger)) {
            because.add("It is disabled" + (who("disable").isEmpty() ? " from the start" : who("disable"))
                    + ": events pass it by.");
            return Verdict.DISABLED;
        }
        if (state.filter(TriggerState::fired).isPresent() || wasDecided()) {
            because.add("Its deadline has passed, or its join was decided without a firing: it is done.");
            return Verdict.RETIRED;
        }
        if (status == RunStatus.PAUSED) {
            because.add("The run is paused: events are held until it is resumed.");
            return Verdict.PAUSED;
        }
        return open();
    }

    /** Its failure, or its deadline, is an entry of the history. */
    private boolean wasDecided() {
        return facts.history().stream().anyMatch(e -> e.note().equals("deadline of " + trigger.id()));
    }

    private Verdict open() {
        List<Entry> came = facts.history().stream().filter(sources::wants).toList();
        if (trigger.isKeyed()) {
            because.add("Each key has a state of its own, and none has let it fire; " + came.size()
                    + " events that activate it are in the history.");
            return Verdict.WAITING;
        }
        if (trigger.condition() instanceof Condition.Composite) {
            because.add("Its composite event has not been detected; " + came.size()
                    + " events that it is made of are in the history.");
            return Verdict.WAITING;
        }
        if (trigger.condition() instanceof Condition.Join) {
            because.add(state.map(sources::members).orElse("No member has arrived yet."));
            return Verdict.WAITING;
        }
        Optional<String> unseen = came.isEmpty() ? sources.endedUnseen() : Optional.empty();
        if (unseen.isPresent() && !(trigger.condition() instanceof Condition.Always)) {
            because.add("Task '" + unseen.get() + "' has ended, and its condition was not true for that.");
            return Verdict.DECLINED;
        }
        if (came.isEmpty()) {
            because.add(
                    "No event that activates it has come"
                            + (trigger.condition() instanceof Condition.Always
                                    ? "."
                                    : ", or its condition was not true for it: events from outside that are declined leave no entry."));
            return Verdict.WAITING;
        }
        because.add(came.size() + " events came that activate it, the last "
                + came.getLast().cause().type() + " "
                + came.getLast().cause().subject() + " at " + came.getLast().at() + ", and its condition was not true"
                + notes(came) + ".");
        return Verdict.DECLINED;
    }

    private String notes(List<Entry> came) {
        return came.stream()
                .map(Entry::note)
                .filter(n -> n.contains("condition of " + trigger.id()))
                .findFirst()
                .map(n -> " (" + n + ")")
                .orElse("");
    }

    private String who(String verb) {
        for (Entry entry : facts.history().reversed()) {
            for (Entry.Firing firing : entry.firings()) {
                if (firing.changes().contains(verb + " " + trigger.id())) {
                    return " by trigger '" + firing.trigger() + "' at " + entry.at();
                }
            }
            if (entry.note().equals(verb + " " + trigger.id())) {
                return " by an operator at " + entry.at();
            }
        }
        return "";
    }

    /** The condition, and the keys of the context that it names, with their values. */
    private Map<String, Object> condition() {
        Map<String, Object> json = new LinkedHashMap<>();
        Optional<String> source =
                switch (trigger.condition()) {
                    case Condition.When w -> Optional.of(w.expression().source());
                    case Condition.Join j ->
                        j.size() instanceof Condition.Size.Computed c
                                ? Optional.of(c.expression().source())
                                : j.rule().map(r -> r.source());
                    default -> Optional.empty();
                };
        source.ifPresent(s -> {
            json.put("expression", s);
            Map<String, Object> context = new LinkedHashMap<>();
            Keys.ofContext(s)
                    .forEach(key ->
                            context.put(key, facts.view().state().context().get(key)));
            json.put("context", context);
        });
        return json;
    }

    private Optional<Change> smallest(Verdict verdict) {
        String run = facts.view().state().scope().run();
        return switch (verdict) {
            case FIRED, FINISHED, RETIRED -> Optional.empty();
            case DISABLED ->
                Optional.of(new Change(
                        "Enable it.",
                        run.isEmpty() ? Optional.of("triggerflow trigger enable " + trigger.id()) : Optional.empty()));
            case PAUSED -> Optional.of(new Change("Resume the run.", Optional.of("triggerflow resume " + run)));
            case WAITING, DECLINED -> sources.smallest();
        };
    }
}
