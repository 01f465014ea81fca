package io.triggerflow.core.decide;

import io.triggerflow.core.expression.Variables;
import io.triggerflow.core.model.Commit;
import io.triggerflow.core.model.Entry;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.Trigger;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What becomes of an activation that an interceptor held, when its directive comes. Always an entry, unless it goes on being held. */
final class Proceeding {
    private final Cascade cascade;

    Proceeding(Cascade cascade) {
        this.cascade = cascade;
    }

    Plan plan(View view, Event directive, Set<String> claimed, Instant now) {
        Optional<Plan> closed = Decider.closed(view, directive);
        if (closed.isPresent()) {
            return closed.get();
        }
        Optional<Holding> found = Holding.of(directive);
        if (found.isEmpty()) {
            return new Plan.Reject("Expected an activation that was held, but got " + directive.data(), true);
        }
        Holding holding = found.get();
        if (holding.isHeld(view.triggers(), now)) {
            // Under the condition that the root is as it was read: a release meanwhile is not missed.
            return new Plan.Write(Commit.hold(view.state(), directive), List.of());
        }
        Turn turn = new Turn(
                view,
                directive,
                directive.key(),
                claimed,
                Optional.ofNullable(holding.own().get("kept")),
                now);
        Optional<Trigger> trigger = view.triggers().find(holding.trigger());
        if (directive.depth() > view.maxTransitions()) {
            cascade.endBadly(turn, Cascade.tooDeep(turn, directive));
        } else if (trigger.isEmpty()) {
            turn.notes.add(holding.trigger() + " was retired while it was held");
        } else {
            proceed(turn, trigger.get(), holding);
            cascade.drain(turn);
        }
        return turn.write(turn.hasFired() || !turn.activations.isEmpty() ? Entry.Kind.FIRED : Entry.Kind.DECLINED);
    }

    private void proceed(Turn turn, Trigger trigger, Holding holding) {
        Interception.Passed passed = Interception.Passed.of(holding);
        // What follows is caused by the activation that goes on now, not by the event that it began with.
        Event event = holding.event().addressedTo(turn.before.state().scope(), turn.event.depth());
        turn.keeper = event;
        Variables own = new Variables(holding.own());
        switch (holding.point()) {
            case BEFORE_CONDITION -> {
                if (turn.view.triggers().isEnabled(trigger)) {
                    cascade.activate(turn, trigger, event, passed);
                } else {
                    turn.notes.add(trigger.id() + " was disabled while it was held");
                }
            }
            case AFTER_CONDITION -> cascade.decided(turn, trigger, event, own, true, passed);
            case BEFORE_ACTION -> cascade.act(turn, trigger, event, own, passed);
            case INSTEAD_OF_CONDITION, INSTEAD_OF_ACTION, AFTER_ACTION ->
                turn.notes.add("nothing is held " + holding.point());
        }
    }
}
