package io.triggerflow.core.check;

import io.triggerflow.core.check.Explanation.Change;
import io.triggerflow.core.decide.Joins;
import io.triggerflow.core.expression.ExpressionException;
import io.triggerflow.core.expression.Expressions;
import io.triggerflow.core.model.Address;
import io.triggerflow.core.model.Condition;
import io.triggerflow.core.model.Entry;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.EventTypes;
import io.triggerflow.core.model.Launch;
import io.triggerflow.core.model.Members;
import io.triggerflow.core.model.Trigger;
import io.triggerflow.core.model.TriggerState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Where the events that a trigger waits for may still come from: launches in flight, timers, other triggers, the outside world. */
final class Sources {
    private static final int MOST_NAMED = 10;

    private final Why.Facts facts;
    private final Trigger trigger;
    private final Optional<TriggerState> state;
    private final List<Wanted> wanted;
    private final Joins joins = new Joins(new Expressions());
    private final Set<String> ended = new HashSet<>();

    Sources(Why.Facts facts, Trigger trigger, Optional<TriggerState> state) {
        this.facts = facts;
        this.trigger = trigger;
        this.state = state;
        this.wanted = trigger.on().stream().map(Wanted::of).toList();
        facts.history().forEach(e -> e.cause().launch().ifPresent(ended::add));
    }

    /** Whether what caused an entry is an event for the trigger, as far as its type and subject tell. */
    boolean wants(Entry entry) {
        return wants(entry.cause().type(), entry.cause().subject());
    }

    private boolean wants(String type, String subject) {
        return wanted.stream().anyMatch(w -> w.mayBe(Optional.of(type), Optional.of(subject)));
    }

    private boolean isStanding() {
        return !facts.view().state().scope().isRun();
    }

    /** Who has arrived, in words. */
    String members(TriggerState s) {
        Members.Tally tally = s.members().tally();
        Optional<Integer> size = size();
        return tally.arrived() + size.map(n -> " of " + n).orElse("") + " members have arrived: " + tally.succeeded()
                + " succeeded, " + tally.failed() + " failed, " + tally.skipped() + " skipped.";
    }

    private Optional<Integer> size() {
        if (!(trigger.condition() instanceof Condition.Join join)) {
            return Optional.empty();
        }
        try {
            return joins.size(facts.view(), join, facts.now());
        } catch (ExpressionException e) {
            return Optional.empty();
        }
    }

    /** What is still missing. */
    List<String> missing() {
        if (!(trigger.condition() instanceof Condition.Join join) || trigger.isKeyed()) {
            return wanted.stream().map(Sources::words).distinct().toList();
        }
        Set<String> arrived = state.map(s -> s.members().byKey().keySet()).orElse(Set.of());
        if (!join.members().isEmpty()) {
            return join.members().stream()
                    .filter(m -> !arrived.contains(m))
                    .map(m -> "member '" + m + "'")
                    .toList();
        }
        Optional<Integer> size = size();
        if (size.isEmpty()) {
            return List.of("the join's size, which is not known yet");
        }
        return size.get() > arrived.size()
                ? List.of((size.get() - arrived.size()) + " members")
                : List.of("members that succeed");
    }

    private static String words(Wanted w) {
        String type = w.types().isEmpty() ? "an event of its pattern" : String.join(" or ", w.types());
        return w.subjects().isEmpty() ? type : type + " with subject " + String.join(" or ", w.subjects());
    }

    /** Who could bring it. */
    List<String> providers() {
        List<String> providers = new ArrayList<>(inFlight());
        facts.timers().stream()
                .filter(t -> wants(EventTypes.TIMER_FIRED, t.name()) && !t.due().isBefore(facts.now()))
                .forEach(t -> providers.add("timer '" + t.name() + "', due at " + t.due()));
        providers.addAll(others());
        if (wanted.stream().anyMatch(w -> w.isExternal(isStanding()))) {
            providers.add("the outside world");
        }
        return providers.isEmpty() ? List.of("nobody: nothing in flight, no timer, no trigger could") : providers;
    }

    private List<String> inFlight() {
        Set<String> tasks = new LinkedHashSet<>();
        for (Entry entry : facts.history()) {
            for (Launch launch : entry.outbox()) {
                switch (launch) {
                    case Launch.Invoke i -> flying(i.address(), "function " + i.function(), tasks);
                    case Launch.Start s -> {
                        if (!s.detached()) {
                            flying(s.address(), "run " + s.name(), tasks);
                        }
                    }
                    case Launch.FanOut f -> {
                        for (int item = 0; item < f.items().size() && tasks.size() <= MOST_NAMED; item++) {
                            flying(f.address().item(item), "function " + f.function() + ", item " + item, tasks);
                        }
                    }
                    case Launch.Emit e -> {}
                    case Launch.At a -> {}
                    case Launch.Forward f -> {}
                }
            }
        }
        List<String> named = tasks.stream().limit(MOST_NAMED).toList();
        return tasks.size() > MOST_NAMED
                ? java.util.stream.Stream.concat(named.stream(), java.util.stream.Stream.of("and further launches"))
                        .toList()
                : named;
    }

    /** A launch whose end the trigger wants, and that has not ended as far as this trigger and the history know. */
    private void flying(Address address, String what, Set<String> tasks) {
        boolean isWanted =
                wants(EventTypes.TASK_SUCCEEDED, address.task()) || wants(EventTypes.TASK_FAILED, address.task());
        if (isWanted && !ended.contains(address.id()) && !hasArrived(address)) {
            tasks.add("task '" + address.task() + "' in flight (" + what + ", attempt " + address.attempt() + ")");
        }
    }

    /** Whether some join knows of its end: such an end is no entry of its own. */
    private boolean hasArrived(Address address) {
        Event success = Event.ofEngine(
                address.id(), EventTypes.TASK_SUCCEEDED, address.task(), facts.now(), Map.of(), address.toExtensions());
        return facts.view().triggers().everMatched(success).stream().anyMatch(t -> hasArrived(t, success));
    }

    private boolean hasArrived(Trigger other, Event success) {
        TriggerState known = facts.states().get(other.id());
        if (!(other.condition() instanceof Condition.Join join) || known == null) {
            return false;
        }
        try {
            return joins.member(facts.view(), join, success, facts.now())
                    .filter(m -> known.members().byKey().containsKey(m.getKey())
                            || known.recent().contains(m.getKey()))
                    .isPresent();
        } catch (ExpressionException e) {
            // The member's key depends on its data, which are not there yet.
            return false;
        }
    }

    /** A task whose end came, as a join knows, although no entry tells. */
    Optional<String> endedUnseen() {
        return facts.history().stream()
                .flatMap(e -> e.outbox().stream())
                .flatMap(l -> l instanceof Launch.Invoke i
                        ? java.util.stream.Stream.of(i.address())
                        : java.util.stream.Stream.empty())
                .filter(a -> wants(EventTypes.TASK_SUCCEEDED, a.task()) && hasArrived(a))
                .map(Address::task)
                .findFirst();
    }

    /** Triggers whose actions bring such events about, when they fire. */
    private List<String> others() {
        List<String> others = new ArrayList<>();
        for (Trigger other : facts.view().triggers().all()) {
            boolean may = Product.of(other, isStanding()).stream()
                    .anyMatch(p -> wanted.stream().anyMatch(w -> w.mayBe(p)));
            if (may && !other.id().equals(trigger.id())) {
                long fired = facts.history().stream()
                        .flatMap(e -> e.firings().stream())
                        .filter(f -> f.trigger().equals(other.id()))
                        .count();
                others.add("trigger '" + other.id() + "', which has fired " + fired + " times");
            }
        }
        return others.stream().limit(MOST_NAMED).toList();
    }

    /** The event that would fire it, as a command if anybody may send it; otherwise whom to wait for. */
    Optional<Change> smallest() {
        Optional<Wanted> external = wanted.stream()
                .filter(w -> w.isExternal(isStanding()) && !w.types().isEmpty())
                .findFirst();
        if (external.isPresent()) {
            return Optional.of(emit(external.get()));
        }
        if (trigger.condition() instanceof Condition.Join join
                && join.size() instanceof Condition.Size.Computed size
                && size().isEmpty()) {
            return Optional.of(new Change(
                    "Some firing must set what its size is computed from: "
                            + size.expression().source(),
                    Optional.empty()));
        }
        return providers().stream().findFirst().map(p -> new Change("Wait for " + p + ".", Optional.empty()));
    }

    private Change emit(Wanted w) {
        List<String> subjects = new ArrayList<>(w.subjects());
        int times = 1;
        if (trigger.condition() instanceof Condition.Join join && !trigger.isKeyed()) {
            Set<String> arrived = state.map(s -> s.members().byKey().keySet()).orElse(Set.of());
            if (subjects.isEmpty()) {
                join.members().stream()
                        .filter(m -> !arrived.contains(m))
                        .findFirst()
                        .ifPresent(subjects::add);
            }
            times = join.members().isEmpty() ? Math.max(1, size().orElse(1) - arrived.size()) : 1;
        }
        String run = facts.view().state().scope().run();
        String command = "triggerflow emit '" + w.types().getFirst() + "'"
                + (run.isEmpty() ? "" : " -r '" + run + "'")
                + (subjects.isEmpty() ? "" : " -s '" + subjects.getFirst() + "'")
                + (times == 1 ? "" : " --times " + times);
        String data = trigger.condition() instanceof Condition.When when
                ? ", with data for which '" + when.expression().source() + "' is true"
                : "";
        return new Change(
                (times == 1 ? "An event" : times + " events") + " of type '"
                        + w.types().getFirst() + "'" + data + ".",
                Optional.of(command));
    }
}
