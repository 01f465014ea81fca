package io.triggerflow.core.composite;

import io.triggerflow.core.model.Composite;
import io.triggerflow.core.model.Composite.Modified;
import io.triggerflow.core.model.CompositeRule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The JSON form of composite events, as plain Java: a name, or an object with one operator, its arguments and modifiers, and, in the
 * outermost, settings.
 *
 * <pre>
 * "payment" | {"event": "payment"}             the latter where it has a modifier or setting
 * {"or": [E, ...]}   {"and": [E, ...]}   {"seq": [E, ...]}   {"any": [E, ...], "count": 2}
 * {"not": E2, "from": E1, "to": E3}            NOT(E2)[E1, E3]
 * {"not": E2, "from": E1, "after": "PT2H"}     NOT(E2)[E1, PT2H]
 * {"aperiodic": E2, "from": E1, "to": E3}      A(E1, E2, E3); A* with "collect": true
 * {"periodic": "PT5M", "from": E1, "to": E3}   P(E1, PT5M, E3); P* with "collect": true
 * {"plus": E, "after": "PT4S"}   {"times": E, "count": 3}   {"every": E, "count": 3}
 * modifiers: "within": "PT2H", "context": "recent", "held": "recent"
 * settings:  "by": "{% $event.data.orderId %}", "lateness": "PT10S", "late": "drop", "cap": 50, "overflow": "fail"
 * </pre>
 *
 * Reading what was written gives an equal rule. Pure; thread-safe.
 */
public final class CompositeJson {
    private CompositeJson() {}

    /**
     * Reads a rule: a tree in this form, or a text in the textual form.
     *
     * @throws CompositeException "Expected ..., but ...", with the path to what is wrong
     */
    public static CompositeRule read(Object tree) {
        return tree instanceof String text ? CompositeText.read(text) : new CompositeReader().rule(tree);
    }

    /** Writes a rule in its normal form: nothing that has its default. */
    public static Object write(CompositeRule rule) {
        Object event = write(rule.event());
        Map<String, Object> tree = tree(event);
        rule.by().ifPresent(by -> tree.put("by", Words.marked(by)));
        if (!rule.lateness().equals(CompositeRule.DEFAULT_LATENESS)) {
            tree.put("lateness", rule.lateness().toString());
        }
        if (rule.late() != CompositeRule.DEFAULT_LATE) {
            tree.put("late", Composite.word(rule.late()));
        }
        if (rule.cap() != CompositeRule.DEFAULT_CAP) {
            tree.put("cap", rule.cap());
        }
        if (rule.overflow() != CompositeRule.DEFAULT_OVERFLOW) {
            tree.put("overflow", Composite.word(rule.overflow()));
        }
        return tree;
    }

    private static Map<String, Object> tree(Object event) {
        Map<String, Object> tree = new LinkedHashMap<>();
        if (event instanceof Map<?, ?> map) {
            map.forEach((key, value) -> tree.put((String) key, value));
        } else {
            tree.put("event", event);
        }
        return tree;
    }

    private static Object write(Composite event) {
        return switch (event) {
            case Composite.Primitive p -> p.name();
            case Composite.Or o -> Map.of("or", list(o.of()));
            case Composite.And a -> Map.of("and", list(a.of()));
            case Composite.Seq s -> Map.of("seq", list(s.of()));
            case Composite.Any a -> object("any", list(a.of()), "count", a.count());
            case Composite.Not n -> object("not", write(n.absent()), "from", write(n.from()), "to", write(n.to()));
            case Composite.Absent a ->
                object(
                        "not",
                        write(a.absent()),
                        "from",
                        write(a.from()),
                        "after",
                        a.after().toString());
            case Composite.Aperiodic a ->
                collected(
                        object("aperiodic", write(a.each()), "from", write(a.from()), "to", write(a.to())),
                        a.collected());
            case Composite.Periodic p ->
                collected(
                        object("periodic", p.every().toString(), "from", write(p.from()), "to", write(p.to())),
                        p.collected());
            case Composite.Plus p ->
                object("plus", write(p.of()), "after", p.after().toString());
            case Composite.Times t -> object("times", write(t.of()), "count", t.count());
            case Composite.Every e -> object("every", write(e.of()), "count", e.count());
            case Modified m -> modified(m);
        };
    }

    private static Object modified(Modified m) {
        Map<String, Object> tree = tree(write(m.of()));
        m.within().ifPresent(d -> tree.put("within", d.toString()));
        m.context().ifPresent(c -> tree.put("context", Composite.word(c)));
        m.held().ifPresent(c -> tree.put("held", Composite.word(c)));
        return tree;
    }

    private static List<Object> list(List<Composite> operands) {
        return operands.stream().map(CompositeJson::write).toList();
    }

    private static Map<String, Object> object(Object... keysAndValues) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            object.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return object;
    }

    private static Map<String, Object> collected(Map<String, Object> tree, boolean collected) {
        if (collected) {
            tree.put("collect", true);
        }
        return tree;
    }
}
