package io.triggerflow.core.engine;

import io.triggerflow.core.decide.Composites;
import io.triggerflow.core.decide.Instances;
import io.triggerflow.core.decide.Joins;
import io.triggerflow.core.decide.View;
import io.triggerflow.core.expression.Expressions;
import io.triggerflow.core.model.Address;
import io.triggerflow.core.model.Entry;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.EventTypes;
import io.triggerflow.core.model.Launch;
import io.triggerflow.core.model.Scope;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a run has launched and not heard the end of, and what has fired in it. Reads its whole history: never on the hot path. */
public final class InFlight {
    private static final int PAGE = 1_000;

    private final List<Launched> launches = new ArrayList<>();
    private final Set<String> fired = new HashSet<>();

    private InFlight() {}

    /** A launch whose end is awaited; {@code trigger} launched it. */
    public record Launched(String trigger, Address address) {
        /** Its end, if it is a good one. */
        public Event success(Instant now) {
            return Silences.termination(address, EventTypes.TASK_SUCCEEDED, null, now);
        }

        /** Its end, if it is a bad one. */
        public Event failure(Instant now) {
            return Silences.termination(address, EventTypes.TASK_FAILED, null, now);
        }
    }

    /** Reads what is in flight now. */
    public static InFlight of(Ports ports, View view, Instant now) {
        Scope scope = view.state().scope();
        Set<String> keys = new HashSet<>();
        // First what is held: it may become an entry meanwhile, and must be seen as one of both.
        ports.store().held(scope).forEach(e -> keys.add(e.key()));
        List<Entry> entries = entries(ports, scope);
        entries.forEach(e -> keys.add(e.key()));
        Expressions expressions = new Expressions();
        Instances instances = new Instances(expressions, new Composites(expressions));
        RunHeard heard = new RunHeard(ports.store(), new Joins(expressions), instances, view, keys, now);
        InFlight found = new InFlight();
        for (Entry entry : entries) {
            entry.firings().forEach(f -> found.fired.add(f.trigger()));
            entry.outbox().forEach(launch -> found.look(launch, heard, keys));
        }
        return found;
    }

    private static List<Entry> entries(Ports ports, Scope scope) {
        List<Entry> all = new ArrayList<>();
        Optional<String> token = Optional.empty();
        do {
            var page = ports.registry().entries(scope, PAGE, token);
            all.addAll(page.items());
            token = page.next();
        } while (token.isPresent());
        return all;
    }

    private void look(Launch launch, RunHeard heard, Set<String> keys) {
        switch (launch) {
            case Launch.Invoke i -> add(i.trigger(), i.address(), heard);
            case Launch.FanOut f -> {
                for (int item = 0; item < f.items().size(); item++) {
                    add(f.trigger(), f.address().item(item), heard);
                }
            }
            case Launch.Start s -> {
                if (!s.detached()) {
                    add(s.trigger(), s.address(), heard);
                }
            }
            case Launch.At a -> {
                // Another attempt that is not due yet.
                if (a.event().type().equals(EventTypes.RELAUNCH)
                        && !keys.contains(a.event().key())) {
                    Address.fromJson(a.event().data()).ifPresent(next -> launches.add(new Launched("", next)));
                }
            }
            case Launch.Emit e -> {}
            case Launch.Forward f -> {}
        }
    }

    private void add(String trigger, Address address, RunHeard heard) {
        if (!heard.ended(address)) {
            launches.add(new Launched(trigger, address));
        }
    }

    /** Launches whose end is awaited. */
    public List<Launched> launches() {
        return List.copyOf(launches);
    }

    /** Whether a trigger has ever fired. */
    public boolean hasFired(String trigger) {
        return fired.contains(trigger);
    }
}
