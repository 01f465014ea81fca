package io.triggerflow.core.check;

import io.triggerflow.core.model.Action;
import io.triggerflow.core.model.Condition;
import io.triggerflow.core.model.Deadline;
import io.triggerflow.core.model.Expression;
import io.triggerflow.core.model.Trigger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who may activate whom: an edge for each event that a trigger may bring about and another's pattern may match. Never too few edges. */
final class Graph {
    private final Bundle bundle;
    private final List<Product> products = new ArrayList<>();
    private final Map<String, List<Wanted>> wanted = new LinkedHashMap<>();
    private final Map<String, Set<String>> successors = new HashMap<>();
    private final Map<String, List<Product>> producers = new HashMap<>();
    /** Joins whose size follows from the context. */
    private final Map<String, Expression> sized = new LinkedHashMap<>();

    private final Set<String> reachable = new LinkedHashSet<>();

    Graph(Bundle bundle) {
        this.bundle = bundle;
        for (Bundle.Placed p : bundle.all()) {
            products.addAll(Product.of(p.trigger(), bundle.isStanding()));
            if (p.trigger().condition() instanceof Condition.Join j && j.size() instanceof Condition.Size.Computed c) {
                sized.put(p.id(), c.expression());
            }
            wanted.computeIfAbsent(p.id(), id -> new ArrayList<>())
                    .addAll(p.trigger().on().stream().map(Wanted::of).toList());
        }
        connect();
        explore();
    }

    /** By type and subject, so that a thousand triggers are not compared with a thousand others. */
    private void connect() {
        Map<String, List<Product>> byType = new HashMap<>();
        products.forEach(p -> byType.computeIfAbsent(p.type().orElse(""), t -> new ArrayList<>())
                .add(p));
        Map<String, Map<String, List<Product>>> bySubject = new HashMap<>();
        byType.forEach((type, some) -> some.forEach(p -> bySubject
                .computeIfAbsent(type, t -> new HashMap<>())
                .computeIfAbsent(p.subject().orElse("\0"), s -> new ArrayList<>())
                .add(p)));
        wanted.forEach((id, patterns) -> {
            Set<Product> found = new LinkedHashSet<>();
            for (Wanted pattern : patterns) {
                if (pattern.types().isEmpty()) {
                    products.stream().filter(pattern::mayBe).forEach(found::add);
                } else {
                    List<String> types = new ArrayList<>(pattern.types());
                    types.add("");
                    types.forEach(t -> candidates(bySubject.getOrDefault(t, Map.of()), pattern, found));
                }
            }
            producers.put(id, List.copyOf(found));
            found.forEach(p -> edge(p.by(), id));
        });
        bundle.all().forEach(p -> p.registeredBy().ifPresent(by -> edge(by, p.id())));
        influence();
    }

    /** What an action does to triggers without an event: it enables them, or lets them know their size. */
    private void influence() {
        for (Bundle.Placed p : bundle.all()) {
            for (Action action : Bundle.actions(p.trigger()).values()) {
                if (action instanceof Action.Switch s && s.operation() == Action.Operation.ENABLE) {
                    s.triggers().stream()
                            .flatMap(t -> Product.constant(t).stream())
                            .forEach(id -> edge(p.id(), id));
                } else if (action instanceof Action.SetContext set) {
                    sized.forEach((id, size) -> {
                        if (set.values().keySet().stream().anyMatch(size::mentions)) {
                            edge(p.id(), id);
                        }
                    });
                }
            }
        }
    }

    private void edge(String from, String to) {
        successors.computeIfAbsent(from, b -> new LinkedHashSet<>()).add(to);
    }

    private static void candidates(Map<String, List<Product>> bySubject, Wanted pattern, Set<Product> found) {
        if (pattern.subjects().isEmpty()) {
            bySubject.values().forEach(found::addAll);
        } else {
            pattern.subjects().forEach(s -> found.addAll(bySubject.getOrDefault(s, List.of())));
            found.addAll(bySubject.getOrDefault("\0", List.of()));
        }
    }

    private void explore() {
        boolean grown = true;
        while (grown) {
            grown = false;
            for (Bundle.Placed p : bundle.all()) {
                if (!reachable.contains(p.id()) && isReachable(p)) {
                    reachable.add(p.id());
                    grown = true;
                }
            }
        }
    }

    private boolean isReachable(Bundle.Placed p) {
        if (p.registeredBy().filter(by -> !reachable.contains(by)).isPresent()
                || !p.trigger().enabled() && !isEnabledBySomebody(p.id())) {
            return false;
        }
        boolean byItself = p.trigger()
                .deadline()
                .filter(d -> d.from() == Deadline.From.START && d.then() != Deadline.Then.RETIRE)
                .isPresent();
        boolean empty = p.trigger().condition() instanceof Condition.Join j
                && j.size() instanceof Condition.Size.Computed
                && p.trigger().on().isEmpty();
        return byItself
                || empty
                || hasSource(p.id())
                || producers(p.id()).stream().anyMatch(this::isReachable);
    }

    private boolean isReachable(Product product) {
        return reachable.contains(product.by());
    }

    /** Whether its events may come from outside or with the start of the run. */
    boolean hasSource(String id) {
        return wanted.getOrDefault(id, List.of()).stream()
                .anyMatch(w -> w.isExternal(bundle.isStanding()) || w.isStart() && !bundle.isStanding());
    }

    /** Whether an action enables it, or may. */
    boolean isEnabledBySomebody(String id) {
        return bundle.all().stream()
                .flatMap(p -> Bundle.actions(p.trigger()).values().stream())
                .anyMatch(a -> a instanceof Action.Custom
                        || a instanceof Action.Switch s
                                && s.operation() == Action.Operation.ENABLE
                                && s.triggers().stream().anyMatch(t -> Product.constant(t)
                                        .map(id::equals)
                                        .orElse(true)));
    }

    boolean isReachable(String id) {
        return reachable.contains(id);
    }

    List<Product> products() {
        return products;
    }

    List<Product> producers(String id) {
        return producers.getOrDefault(id, List.of());
    }

    /** Whether any trigger may want such an event. */
    boolean isWanted(Product product) {
        return successors.getOrDefault(product.by(), Set.of()).stream()
                .anyMatch(id -> wanted.getOrDefault(id, List.of()).stream().anyMatch(w -> w.mayBe(product)));
    }

    /** The triggers that these may activate, and so on, themselves included. */
    Set<String> downstream(Set<String> from) {
        Set<String> all = new LinkedHashSet<>(from);
        Deque<String> open = new ArrayDeque<>(from);
        while (!open.isEmpty()) {
            for (String next : successors.getOrDefault(open.poll(), Set.of())) {
                if (all.add(next)) {
                    open.add(next);
                }
            }
        }
        return all;
    }

    /** Triggers that may be activated directly by what these bring about, by the start or from outside. */
    Set<String> activated(Set<String> fired) {
        Set<String> all = new HashSet<>();
        fired.forEach(id -> all.addAll(successors.getOrDefault(id, Set.of())));
        wanted.keySet().stream().filter(this::hasSource).forEach(all::add);
        return all;
    }

    /** Whether a trigger's condition is decided by data that nobody knows before the run. */
    boolean isDecidedByData(Trigger trigger) {
        return !(trigger.condition() instanceof Condition.Always || trigger.condition() instanceof Condition.Join)
                || trigger.isKeyed()
                || trigger.condition() instanceof Condition.Join j && j.by() instanceof Condition.MemberKey.Computed;
    }

    /** Triggers with an action that ends the run, or may. */
    Set<String> enders() {
        Set<String> enders = new LinkedHashSet<>();
        for (Bundle.Placed p : bundle.all()) {
            boolean ends = Bundle.actions(p.trigger()).values().stream()
                    .anyMatch(a ->
                            a instanceof Action.Complete || a instanceof Action.Fail || a instanceof Action.Custom);
            if (ends) {
                enders.add(p.id());
            }
        }
        return enders;
    }
}
