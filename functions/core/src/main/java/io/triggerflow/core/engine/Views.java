package io.triggerflow.core.engine;

import io.triggerflow.core.decide.View;
import io.triggerflow.core.model.Definition;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.ScopeState;
import io.triggerflow.core.port.Store;
import io.triggerflow.core.port.StoreException;
import io.triggerflow.core.route.Router;
import io.triggerflow.core.route.TriggerSet;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Puts views together: definitions, which never change, are compiled once and kept; dynamic triggers are kept per scope and brought up
 * to date by the changes since. Thread-safe.
 */
public final class Views {
    private static final int KEPT_DEFINITIONS = 500;
    private static final int KEPT_SCOPES = 2_000;
    private static final Router NO_TRIGGERS = new Router(List.of());

    private record Compiled(Definition definition, Router router) {}

    private record Key(String workspace, Definition.Ref ref) {}

    private final Store store;
    private final Map<Key, Compiled> definitions = lru(KEPT_DEFINITIONS);
    /** A scope that is deleted and made again is another one: it starts at another instant. */
    private record Life(Scope scope, Instant startedAt) {}

    private final Map<Life, TriggerSet> triggers = lru(KEPT_SCOPES);

    public Views(Store store) {
        this.store = store;
    }

    /** The view of a root that was just read. */
    public View of(ScopeState state) {
        Optional<Compiled> compiled =
                state.definition().map(ref -> compiled(state.scope().workspace(), ref));
        TriggerSet base = TriggerSet.of(compiled.map(Compiled::router).orElse(NO_TRIGGERS));
        TriggerSet set = state.triggersVersion() == 0 ? base : upToDate(state, base);
        return new View(state, set, compiled.map(Compiled::definition));
    }

    private TriggerSet upToDate(ScopeState state, TriggerSet base) {
        TriggerSet known = kept(new Life(state.scope(), state.startedAt()));
        TriggerSet from = known != null && known.version() <= state.triggersVersion() ? known : base;
        if (from.version() == state.triggersVersion()) {
            return from;
        }
        TriggerSet now = from.apply(store.triggerChanges(state.scope(), from.version()).stream()
                .filter(c -> c.version() <= state.triggersVersion())
                .toList());
        keep(new Life(state.scope(), state.startedAt()), now);
        return now;
    }

    private TriggerSet kept(Life life) {
        synchronized (triggers) {
            return triggers.get(life);
        }
    }

    private void keep(Life life, TriggerSet set) {
        synchronized (triggers) {
            triggers.put(life, set);
        }
    }

    private Compiled compiled(String workspace, Definition.Ref ref) {
        Key key = new Key(workspace, ref);
        synchronized (definitions) {
            Compiled known = definitions.get(key);
            if (known != null) {
                return known;
            }
        }
        Definition definition = store.definition(workspace, ref)
                .orElseThrow(() -> new StoreException(
                        "Expected workflow " + ref + " in workspace '" + workspace + "', but it is not stored", null));
        Compiled fresh = new Compiled(definition, new Router(definition.triggers()));
        synchronized (definitions) {
            definitions.put(key, fresh);
        }
        return fresh;
    }

    private static <K, V> Map<K, V> lru(int size) {
        return new LinkedHashMap<>(64, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > size;
            }
        };
    }
}
