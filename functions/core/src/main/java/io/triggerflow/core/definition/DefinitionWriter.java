package io.triggerflow.core.definition;

import io.triggerflow.core.composite.CompositeJson;
import io.triggerflow.core.composite.CompositeText;
import io.triggerflow.core.model.Condition;
import io.triggerflow.core.model.Condition.MemberKey;
import io.triggerflow.core.model.Condition.Need;
import io.triggerflow.core.model.Condition.Size;
import io.triggerflow.core.model.Deadline;
import io.triggerflow.core.model.Definition;
import io.triggerflow.core.model.EventPattern;
import io.triggerflow.core.model.Ids;
import io.triggerflow.core.model.Interceptor;
import io.triggerflow.core.model.JsonText;
import io.triggerflow.core.model.Trigger;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes definitions and triggers in the normalised form of the bundle format, as plain Java JSON: no short forms, and no fields that
 * have their default. What {@link DefinitionReader} reads of it equals what was written. Pure; thread-safe.
 */
public final class DefinitionWriter {
    private DefinitionWriter() {}

    /** The tree of a workflow. Its version is a part only when it does not follow from the content: an edited copy becomes another version. */
    public static Map<String, Object> write(Definition definition) {
        Map<String, Object> tree = content(definition);
        if (!definition.version().equals(hash(tree))) {
            tree.put("version", definition.version());
        }
        return tree;
    }

    /** The trees of triggers. */
    public static List<Object> write(List<Trigger> triggers) {
        return triggers.stream().<Object>map(DefinitionWriter::write).toList();
    }

    /** The tree of an interceptor. */
    public static Map<String, Object> write(Interceptor interceptor) {
        return InterceptorWriter.write(interceptor);
    }

    /** The version that follows from a definition's content, whatever its own version is. */
    public static String versionOf(Definition definition) {
        return hash(content(definition));
    }

    private static String hash(Map<String, Object> content) {
        return Ids.hash("bundle", JsonText.write(sorted(content)));
    }

    /** The same content in another order of keys is the same version. */
    private static Object sorted(Object tree) {
        return switch (tree) {
            case Map<?, ?> map -> {
                Map<String, Object> sorted = new TreeMap<>();
                map.forEach((key, value) -> sorted.put((String) key, sorted(value)));
                yield sorted;
            }
            case List<?> list -> {
                List<Object> items = new ArrayList<>(list.size());
                list.forEach(item -> items.add(sorted(item)));
                yield items;
            }
            case null -> null;
            default -> tree;
        };
    }

    private static Map<String, Object> content(Definition d) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("workflow", d.workflow());
        if (!d.description().isEmpty()) {
            tree.put("description", d.description());
        }
        if (d.maxTransitions() != Definition.DEFAULT_MAX_TRANSITIONS) {
            tree.put("maxTransitions", d.maxTransitions());
        }
        d.timeout().ifPresent(t -> tree.put("timeout", t.toString()));
        if (d.announce() != Definition.Announce.NONE) {
            tree.put("announce", Cursor.word(d.announce()));
        }
        tree.put("triggers", write(d.triggers()));
        return tree;
    }

    /** The tree of a trigger. */
    public static Map<String, Object> write(Trigger t) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("id", t.id());
        if (!t.on().isEmpty() && !(t.condition() instanceof Condition.Composite)) {
            tree.put("on", patterns(t.on()));
        }
        if (!(t.condition() instanceof Condition.Always)) {
            tree.put("condition", condition(t.condition()));
        }
        tree.put("actions", ActionWriter.write(t.actions()));
        if (!t.onFailure().isEmpty()) {
            tree.put("onFailure", ActionWriter.write(t.onFailure()));
        }
        if (t.once()) {
            tree.put("once", true);
        }
        if (!t.enabled()) {
            tree.put("enabled", false);
        }
        t.deadline().ifPresent(d -> tree.put("deadline", deadline(d)));
        t.correlate().ifPresent(c -> tree.put("correlate", correlate(c)));
        return tree;
    }

    private static Map<String, Object> correlate(Trigger.Correlate c) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("event", Templates.marked(c.eventKey()));
        tree.put("run", Templates.marked(c.runKey()));
        return tree;
    }

    private static Map<String, Object> deadline(Deadline d) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("after", d.after().toString());
        if (d.from() != Deadline.From.START) {
            tree.put("from", Cursor.word(d.from()));
        }
        if (d.then() != Deadline.Then.FAIL) {
            tree.put("then", Cursor.word(d.then()));
        }
        if (d.late() != Deadline.Late.IGNORE) {
            tree.put("late", Cursor.word(d.late()));
        }
        return tree;
    }

    private static List<Map<String, Object>> patterns(List<EventPattern> on) {
        return on.stream().map(DefinitionWriter::pattern).toList();
    }

    private static Map<String, Object> pattern(EventPattern pattern) {
        return switch (pattern) {
            case EventPattern.Exact e -> {
                Map<String, Object> tree = new LinkedHashMap<>();
                tree.put("type", e.type());
                e.subject().ifPresent(s -> tree.put("subject", s));
                yield tree;
            }
            case EventPattern.Ruler r -> r.pattern();
        };
    }

    private static Object condition(Condition condition) {
        return switch (condition) {
            case Condition.Always a -> "always";
            case Condition.When w -> Map.of("when", Templates.marked(w.expression()));
            case Condition.Join j -> Map.of("join", join(j));
            case Condition.Composite c -> Map.of("composite", composite(c));
            case Condition.Custom c -> {
                Map<String, Object> tree = new LinkedHashMap<>();
                tree.put("name", c.name());
                if (!c.arguments().isEmpty()) {
                    tree.put("arguments", c.arguments());
                }
                yield Map.of("custom", tree);
            }
        };
    }

    private static Map<String, Object> composite(Condition.Composite c) {
        Map<String, Object> events = new LinkedHashMap<>();
        c.events().forEach((name, source) -> {
            Map<String, Object> event = new LinkedHashMap<>();
            event.put("on", patterns(source.on()));
            source.mask().ifPresent(m -> event.put("when", Templates.marked(m)));
            events.put(name, event);
        });
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("events", events);
        String text = CompositeText.write(c.detect());
        // A long one, for instance of long names, could not be read again as a text.
        tree.put("detect", text.length() <= CompositeText.MAX_LENGTH ? text : CompositeJson.write(c.detect()));
        return tree;
    }

    private static Map<String, Object> join(Condition.Join j) {
        Map<String, Object> tree = new LinkedHashMap<>();
        if (j.members().isEmpty()) {
            tree.put(
                    "size",
                    switch (j.size()) {
                        case Size.Fixed f -> f.count();
                        case Size.Computed c -> Templates.marked(c.expression());
                    });
        } else {
            tree.put("members", j.members());
        }
        switch (j.by()) {
            case MemberKey.Auto a -> {}
            case MemberKey.Subject s -> tree.put("by", "subject");
            case MemberKey.Identity i -> tree.put("by", "event");
            case MemberKey.Computed c -> tree.put("by", Templates.marked(c.expression()));
        }
        // Beside a rule, need is without effect.
        j.rule().ifPresent(r -> tree.put("rule", Templates.marked(r)));
        if (j.rule().isEmpty()) {
            switch (j.need()) {
                case Need.All a -> {}
                case Need.Count c -> tree.put("need", c.count());
                case Need.Percent p ->
                    tree.put("need", BigDecimal.valueOf(p.percent()).toPlainString() + "%");
            }
        }
        tree.put("collect", j.collect());
        if (j.repeat()) {
            tree.put("repeat", true);
        }
        j.key().ifPresent(k -> tree.put("key", Templates.marked(k)));
        return tree;
    }
}
