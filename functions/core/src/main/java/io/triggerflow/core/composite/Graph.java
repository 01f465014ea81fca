package io.triggerflow.core.composite;

import io.triggerflow.core.model.Composite.Context;
import io.triggerflow.core.model.CompositeRule;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The operators of a composite and what they hold, while a step changes it. An instant is put through all of them at once, operands
 * before operators; nothing depends on how instants are distributed over steps. Confined to one thread.
 */
final class Graph {
    /** What may be held in all, in units of about a character of the stored state. */
    static final int MAX_WEIGHT = 120_000;

    private static final int HELD_WEIGHT = 30;
    private static final int REFERENCE_WEIGHT = 5;
    private static final int CONSTITUENT_WEIGHT = 60;

    private final Rules rules;
    private final Compiled compiled;
    private final List<Lists> lists = new ArrayList<>();
    private final Map<String, Kept> kept;
    private final Map<String, Integer> dropped = new TreeMap<>();
    /** Never less than the weight, and much cheaper. */
    private long atMost;

    private final int edges;

    Graph(Rules rules, Compiled compiled, State state, Map<String, Kept> kept) {
        this.rules = rules;
        this.compiled = compiled;
        this.kept = kept;
        for (int i = 0; i < compiled.nodes().size(); i++) {
            lists.add(new Lists(
                    compiled.nodes().get(i),
                    state.held().getOrDefault(i, List.of()),
                    compiled.rule().cap(),
                    this::overflow));
        }
        this.atMost = atMost(state);
        this.edges =
                compiled.nodes().stream().mapToInt(n -> n.operands().size()).sum();
    }

    private void overflow(String bound) {
        if (compiled.rule().overflow() == CompositeRule.Overflow.FAIL) {
            throw new OverflowException("Expected " + bound + ", but there are more");
        }
        dropped.merge(bound, 1, Integer::sum);
    }

    /** How much was dropped, by the bound that was met. */
    Map<String, Integer> dropped() {
        return dropped;
    }

    /** What each operator holds; those that hold nothing are left out. */
    Map<Integer, List<List<Held>>> held() {
        Map<Integer, List<List<Held>>> held = new TreeMap<>();
        for (int i = 0; i < lists.size(); i++) {
            if (!lists.get(i).isEmpty()) {
                held.put(i, lists.get(i).all().stream().map(List::copyOf).toList());
            }
        }
        return held;
    }

    /** The next instant after one at which the clock alone may mean something. */
    long next(long after) {
        long next = Node.UNLIMITED;
        for (int i = 0; i < lists.size(); i++) {
            Node node = compiled.nodes().get(i);
            switch (node.kind()) {
                case PLUS, ABSENT -> next = Math.min(next, Delays.next(node, lists.get(i), after));
                case PERIODIC -> next = Math.min(next, Windows.next(node, lists.get(i), after));
                case PRIMITIVE, OR, ANY, SEQ, NOT, APERIODIC, APERIODIC_ALL, PERIODIC_ALL, TIMES, EVERY -> {}
            }
        }
        return next;
    }

    /** The occurrences of the whole that end at an instant. */
    List<Occurrence> at(long now, Collection<State.Waiting> arrivals) {
        List<List<Occurrence>> outputs = new ArrayList<>();
        for (int i = 0; i < lists.size(); i++) {
            Node node = compiled.nodes().get(i);
            List<List<Occurrence>> in = new ArrayList<>(node.operands().size());
            boolean asked = node.kind() == Node.Kind.PRIMITIVE
                    ? !arrivals.isEmpty()
                    : isTimed(node) && !lists.get(i).isEmpty();
            for (int operand : node.operands()) {
                in.add(outputs.get(operand));
                asked |= !outputs.get(operand).isEmpty();
            }
            outputs.add(asked ? ask(i, node, now, in, arrivals) : List.of());
        }
        if (atMost > MAX_WEIGHT) {
            lighten(now);
        }
        return outputs.get(compiled.root());
    }

    private static boolean isTimed(Node node) {
        return node.kind() == Node.Kind.PLUS || node.kind() == Node.Kind.ABSENT || node.kind() == Node.Kind.PERIODIC;
    }

    private List<Occurrence> ask(
            int i, Node node, long now, List<List<Occurrence>> in, Collection<State.Waiting> arrivals) {
        rules.asked(node);
        Output out = new Output(this::overflow);
        Turn turn = new Turn(rules, node, now, in, lists.get(i), out);
        switch (node.kind()) {
            case PRIMITIVE -> {
                for (State.Waiting arrival : arrivals) {
                    if (arrival.names().contains(node.name())) {
                        out.add(Occurrence.primitive(node.name(), arrival.key(), now));
                        atMost += kept.get(arrival.key()).size();
                    }
                }
            }
            case OR -> Combinations.or(turn);
            case ANY -> Combinations.any(turn);
            case SEQ -> Sequences.seq(turn);
            case NOT -> Sequences.not(turn);
            case ABSENT -> Delays.absent(turn);
            case PLUS -> Delays.plus(turn);
            case APERIODIC -> Windows.aperiodic(turn);
            case APERIODIC_ALL -> Windows.aperiodicAll(turn);
            case PERIODIC -> Windows.periodic(turn);
            case PERIODIC_ALL -> Windows.periodicAll(turn);
            case TIMES -> Counts.times(turn);
            case EVERY -> Counts.every(turn);
        }
        if (lists.get(i).isFull()) {
            forget(i, now);
            lists.get(i).drop();
        }
        List<Occurrence> sorted = out.sorted();
        for (Occurrence occurrence : sorted) {
            // It may be held by each operator over this one.
            atMost += (long) edges
                            * (HELD_WEIGHT + REFERENCE_WEIGHT * occurrence.of().size())
                    + CONSTITUENT_WEIGHT;
        }
        return sorted;
    }

    /** Forgets what can be part of nothing that ends after an instant. */
    void forget(long now) {
        for (int i = 0; i < lists.size(); i++) {
            forget(i, now);
        }
    }

    private void forget(int i, long now) {
        Node node = compiled.nodes().get(i);
        List<Held> first =
                lists.get(i).all().isEmpty() ? List.of() : lists.get(i).list();
        switch (node.kind()) {
            case PRIMITIVE, OR, PLUS, ABSENT, EVERY -> {}
            case TIMES -> {
                if (node.context() == Context.RECENT || node.context() == Context.CONTINUOUS) {
                    // What lies before one that is too old could only count together with it.
                    while (first.stream().anyMatch(h -> !h.reaches(now + 1, node.within()))) {
                        first.removeFirst();
                    }
                } else {
                    first.removeIf(h -> !h.reaches(now + 1, node.within()));
                }
            }
            case ANY -> lists.get(i).all().forEach(l -> l.removeIf(h -> !h.reaches(now + 1, node.within())));
            case SEQ, APERIODIC, PERIODIC, PERIODIC_ALL -> first.removeIf(h -> !h.reaches(now + 1, node.within()));
            case NOT -> {
                first.removeIf(h -> !h.reaches(now + 1, node.within()));
                if (first.stream().anyMatch(h -> h.spoiled() != Held.NEVER)) {
                    long earliest = earliest(node.operands().get(2), now);
                    first.removeIf(h -> h.spoiled() <= earliest);
                }
            }
            case APERIODIC_ALL -> {
                first.removeIf(h -> !h.reaches(now + 1, node.within()));
                Windows.forget(rules, lists.get(i));
            }
        }
    }

    /** No occurrence of an operator that ends after an instant starts before this one. */
    private long earliest(int i, long now) {
        Node node = compiled.nodes().get(i);
        if (node.kind() == Node.Kind.PLUS || node.kind() == Node.Kind.PERIODIC) {
            return now + 1;
        }
        long earliest = now + 1;
        for (List<Held> list : lists.get(i).all()) {
            for (Held held : list) {
                earliest = Math.min(earliest, held.occurrence().start());
            }
        }
        for (int operand : node.operands()) {
            earliest = Math.min(earliest, earliest(operand, now));
        }
        return earliest;
    }

    /** When nothing that is held matters any more, if no event comes; empty: never. */
    Optional<Long> expires() {
        long expires = State.NEVER;
        for (int i = 0; i < lists.size(); i++) {
            Node node = compiled.nodes().get(i);
            if (lists.get(i).isEmpty()) {
                continue;
            }
            if (node.kind() == Node.Kind.PLUS || node.kind() == Node.Kind.ABSENT) {
                // It ends by itself, with a wake-up.
                return Optional.empty();
            }
            if (node.kind() == Node.Kind.EVERY || node.within() == Node.UNLIMITED) {
                return Optional.empty();
            }
            for (Held held : lists.get(i).all().stream().flatMap(List::stream).toList()) {
                expires = Math.max(expires, held.occurrence().end() + node.within());
            }
        }
        return Optional.of(expires);
    }

    private void lighten(long now) {
        forget(now);
        atMost = weight();
        while (atMost > MAX_WEIGHT) {
            List<Held> oldest = lists.stream()
                    .flatMap(l -> l.all().stream().flatMap(List::stream))
                    .sorted(Comparator.comparing(Held::occurrence))
                    .toList();
            Set<Held> gone = new HashSet<>(oldest.subList(0, oldest.size() / 8 + 1));
            gone.forEach(g -> overflow("a state of about " + MAX_WEIGHT + " characters"));
            lists.forEach(l -> l.all().forEach(list -> list.removeIf(gone::contains)));
            forget(now);
            atMost = weight();
        }
    }

    private static long atMost(State state) {
        long weight = 0;
        for (List<List<Held>> of : state.held().values()) {
            for (List<Held> list : of) {
                for (Held held : list) {
                    weight += HELD_WEIGHT
                            + (long) (REFERENCE_WEIGHT + CONSTITUENT_WEIGHT)
                                    * held.occurrence().of().size();
                }
            }
        }
        for (Kept of : state.kept().values()) {
            weight += of.size();
        }
        return weight;
    }

    private long weight() {
        long weight = 0;
        Set<Constituent> constituents = new HashSet<>();
        Set<String> keys = new HashSet<>();
        for (Lists of : lists) {
            for (List<Held> list : of.all()) {
                for (Held held : list) {
                    weight += HELD_WEIGHT
                            + (long) REFERENCE_WEIGHT * held.occurrence().of().size();
                    constituents.addAll(held.occurrence().of());
                }
            }
        }
        for (Constituent constituent : constituents) {
            weight += CONSTITUENT_WEIGHT;
            if (constituent instanceof Constituent.Named n && keys.add(n.key())) {
                weight += kept.get(n.key()).size();
            }
        }
        return weight;
    }
}
