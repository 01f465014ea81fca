package io.triggerflow.core.model;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One entry of a scope's history, and the unit of durability: what one event caused, and the outbox of what is to be launched, written
 * together, once. Its key follows from the event, so that a redelivered event finds its entry and changes nothing.
 *
 * @param key the event's key, or a join's name and round
 * @param cause the event
 * @param at when it was decided, by the engine's clock
 * @param kind what became of the event
 * @param firings the triggers that fired, the cause of each before it
 * @param outbox what is to be launched
 * @param activations events for triggers that keep state, produced by these firings
 * @param note a reason or an error, for people; empty when there is none
 */
public record Entry(
        String key,
        Cause cause,
        Instant at,
        Kind kind,
        List<Firing> firings,
        List<Launch> outbox,
        List<Activation> activations,
        String note) {
    public Entry {
        firings = List.copyOf(firings);
        outbox = List.copyOf(outbox);
        activations = List.copyOf(activations);
    }

    /** What became of an event. */
    public enum Kind {
        /** At least one trigger fired, or was activated. */
        FIRED,
        /** A failed launch is launched again. */
        RETRIED,
        /** No trigger wanted it. */
        UNMATCHED,
        /** Conditions said no. */
        DECLINED,
        /** An operator's doing: paused, resumed, cancelled, triggers changed. */
        CONTROL,
        /** It ended the run without a firing: an unhandled failure, a time limit. */
        ENDED
    }

    /** The event that caused an entry, without its data. */
    public record Cause(String id, String source, String type, String subject, int depth, Optional<String> launch) {
        public static Cause of(Event event) {
            return new Cause(event.id(), event.source(), event.type(), event.subject(), event.depth(), event.launch());
        }
    }

    /** Which entry. */
    public record Ref(Scope scope, String key) {}

    /**
     * A trigger fired.
     *
     * @param trigger its id
     * @param changes what it changed in its scope, for people: {@code set x}, {@code register t}, {@code complete}
     */
    public record Firing(String trigger, List<String> changes) {
        public Firing {
            changes = List.copyOf(changes);
        }
    }

    /** An event, of this turn, for a trigger that keeps state. */
    public record Activation(String trigger, Event event) {}

    /** From when on silence about the first of its launches counts, see {@link Launch#silentFrom}; empty when nothing is to be heard. */
    public Optional<Instant> silentFrom() {
        return outbox.stream().flatMap(l -> l.silentFrom(at).stream()).min(Instant::compareTo);
    }

    /** The depth of events that this entry causes. */
    public int depth() {
        return cause.depth() + 1;
    }
}
