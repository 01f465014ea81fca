package io.triggerflow.core.route;

import io.triggerflow.core.model.Interceptor;
import io.triggerflow.core.model.Trigger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The interceptors of a scope. Those of one trigger are found by its id; only patterns are tried, and only where there are any. Immutable;
 * thread-safe.
 */
public final class Interceptors {
    static final Interceptors NONE = new Interceptors(Map.of(), Set.of());

    /** In which interceptors of one point are asked: by priority, the highest first, then by id. */
    public static final Comparator<Interceptor> ORDER =
            Comparator.comparing(Interceptor::priority).reversed().thenComparing(Interceptor::id);

    private final Map<String, Interceptor> byId;
    private final Set<String> released;
    private final Map<String, List<Interceptor>> exact = new HashMap<>();
    private final List<Interceptor> patterns = new ArrayList<>();

    private Interceptors(Map<String, Interceptor> byId, Set<String> released) {
        this.byId = byId;
        this.released = released;
        byId.values().forEach(i -> {
            if (i.which().isExact()) {
                exact.computeIfAbsent(i.which().trigger(), t -> new ArrayList<>())
                        .add(i);
            } else {
                patterns.add(i);
            }
        });
    }

    Interceptors with(Interceptor interceptor) {
        Map<String, Interceptor> all = new TreeMap<>(byId);
        all.put(interceptor.id(), interceptor);
        return new Interceptors(all, released);
    }

    Interceptors without(String id) {
        Map<String, Interceptor> all = new TreeMap<>(byId);
        all.remove(id);
        Set<String> gone = new TreeSet<>(released);
        gone.add(id);
        return new Interceptors(all, gone);
    }

    /** Whether there was one of this id, and it was released. */
    public boolean wasReleased(String id) {
        return !byId.containsKey(id) && released.contains(id);
    }

    /** All, in the order in which they are asked. */
    public List<Interceptor> all() {
        return byId.values().stream().sorted(ORDER).toList();
    }

    public boolean isEmpty() {
        return byId.isEmpty();
    }

    public Optional<Interceptor> find(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** Those of a trigger at a point, in the order in which they are asked. */
    public List<Interceptor> at(Trigger trigger, Interceptor.Point point) {
        if (byId.isEmpty()) {
            return List.of();
        }
        return Stream.concat(exact.getOrDefault(trigger.id(), List.of()).stream(), patterns.stream())
                .filter(i -> i.point() == point && i.which().matches(trigger))
                .sorted(ORDER)
                .toList();
    }
}
