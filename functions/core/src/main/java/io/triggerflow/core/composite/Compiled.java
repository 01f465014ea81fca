package io.triggerflow.core.composite;

import io.triggerflow.core.model.Composite;
import io.triggerflow.core.model.Composite.Context;
import io.triggerflow.core.model.Composite.Modified;
import io.triggerflow.core.model.CompositeRule;
import io.triggerflow.core.model.Ids;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A composite event as a graph of operators, operands before their operators, equal subexpressions once. Immutable; thread-safe. */
public final class Compiled {
    private final CompositeRule rule;
    private final List<Node> nodes;
    private final int root;
    private final String fingerprint;

    private Compiled(CompositeRule rule, List<Node> nodes, int root) {
        this.rule = rule;
        this.nodes = List.copyOf(nodes);
        this.root = root;
        this.fingerprint = Ids.hash("composite", CompositeText.write(rule.event()));
    }

    /** Compiles; what is written without a context gets {@link Context#CHRONICLE}. */
    public static Compiled of(CompositeRule rule) {
        Map<Node, Integer> numbers = new LinkedHashMap<>();
        int root = new Compiler(numbers).number(rule.event(), Context.CHRONICLE, Node.UNLIMITED);
        return new Compiled(rule, new ArrayList<>(numbers.keySet()), root);
    }

    public CompositeRule rule() {
        return rule;
    }

    List<Node> nodes() {
        return nodes;
    }

    int root() {
        return root;
    }

    /** Names the expression: states of another one mean nothing here. */
    String fingerprint() {
        return fingerprint;
    }

    private record Compiler(Map<Node, Integer> numbers) {
        int number(Composite event, Context context, long within) {
            return switch (event) {
                case Modified m ->
                    number(
                            m.of(),
                            m.context().orElse(context),
                            m.within().map(Duration::toMillis).orElse(within));
                case Composite.Primitive p ->
                    add(new Node(Node.Kind.PRIMITIVE, List.of(), List.of(), within, 0, 0, p.name()));
                case Composite.Or o -> add(node(Node.Kind.OR, o.of(), List.of(), context, within, 0, 0));
                case Composite.And a -> any(a.of(), a.of().size(), context, within);
                case Composite.Any a -> any(a.of(), a.count(), context, within);
                case Composite.Seq s -> sequence(s.of(), context, within);
                case Composite.Not n ->
                    started(Node.Kind.NOT, List.of(n.from(), n.absent(), n.to()), context, within, 0);
                case Composite.Absent a ->
                    started(
                            Node.Kind.ABSENT,
                            List.of(a.from(), a.absent()),
                            context,
                            within,
                            a.after().toMillis());
                case Composite.Plus p ->
                    started(
                            Node.Kind.PLUS,
                            List.of(p.of()),
                            context,
                            within,
                            p.after().toMillis());
                case Composite.Aperiodic a ->
                    started(
                            a.collected() ? Node.Kind.APERIODIC_ALL : Node.Kind.APERIODIC,
                            List.of(a.from(), a.each(), a.to()),
                            context,
                            within,
                            0);
                case Composite.Periodic p ->
                    started(
                            p.collected() ? Node.Kind.PERIODIC_ALL : Node.Kind.PERIODIC,
                            List.of(p.from(), p.to()),
                            context,
                            within,
                            p.every().toMillis());
                case Composite.Times t ->
                    add(node(Node.Kind.TIMES, List.of(t.of()), List.of(context), context, within, 0, t.count()));
                case Composite.Every e ->
                    add(node(Node.Kind.EVERY, List.of(e.of()), List.of(), context, within, 0, e.count()));
            };
        }

        private int any(List<Composite> of, int count, Context context, long within) {
            List<Context> contexts = new ArrayList<>(List.of(context));
            of.forEach(o -> contexts.add(held(o, context)));
            return add(node(Node.Kind.ANY, of, contexts, context, within, 0, count));
        }

        /** The limit holds for every prefix: one that has taken too long is of no use to the whole. */
        private int sequence(List<Composite> of, Context context, long within) {
            int prefix = number(of.getFirst(), context, Node.UNLIMITED);
            for (int i = 1; i < of.size(); i++) {
                int next = number(of.get(i), context, Node.UNLIMITED);
                prefix = add(new Node(
                        Node.Kind.SEQ, List.of(prefix, next), List.of(held(of.get(i - 1), context)), within, 0, 0, ""));
            }
            return prefix;
        }

        private int started(Node.Kind kind, List<Composite> of, Context context, long within, long time) {
            return add(node(kind, of, List.of(held(of.getFirst(), context)), context, within, time, 0));
        }

        private Node node(
                Node.Kind kind,
                List<Composite> of,
                List<Context> contexts,
                Context context,
                long within,
                long time,
                int count) {
            List<Integer> operands =
                    of.stream().map(o -> number(o, context, Node.UNLIMITED)).toList();
            return new Node(kind, operands, contexts, within, time, count, "");
        }

        private int add(Node node) {
            Integer known = numbers.putIfAbsent(node, numbers.size());
            return known == null ? numbers.size() - 1 : known;
        }

        private static Context held(Composite operand, Context context) {
            Optional<Context> own = operand instanceof Modified m ? m.held() : Optional.empty();
            return own.orElse(context);
        }
    }
}
