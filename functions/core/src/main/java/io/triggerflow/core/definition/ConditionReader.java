package io.triggerflow.core.definition;

import io.triggerflow.core.model.Condition;
import io.triggerflow.core.model.Condition.Join;
import io.triggerflow.core.model.Condition.MemberKey;
import io.triggerflow.core.model.Condition.Need;
import io.triggerflow.core.model.Condition.Size;
import io.triggerflow.core.model.Expression;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads {@code condition}. */
final class ConditionReader {
    private static final Condition ALWAYS = new Condition.Always();
    private static final String WHAT =
            "\"always\", or an object with one key of when, join, threshold, composite, custom";
    private final CompositeConditionReader composites = new CompositeConditionReader();

    /** @param collects whether an action of the trigger mentions the results of a join */
    Condition read(Cursor at, boolean collects) {
        if ("always".equals(at.value())) {
            return ALWAYS;
        }
        if (!at.object(WHAT, "when", "join", "threshold", "composite", "custom")) {
            return ALWAYS;
        }
        if (((Map<?, ?>) at.value()).size() != 1) {
            at.problem("Expected a condition of exactly one key of when, join, threshold, composite, custom, but got "
                    + ((Map<?, ?>) at.value()).size() + " keys");
            return ALWAYS;
        }
        Optional<Condition> when = at.get("when").flatMap(Cursor::expression).map(Condition.When::new);
        Optional<Condition> join = at.get("join").flatMap(c -> join(c, collects));
        Optional<Condition> threshold = at.get("threshold").flatMap(c -> threshold(c, collects));
        Optional<Condition> composite = at.get("composite").flatMap(composites::read);
        Optional<Condition> custom = at.get("custom").flatMap(ConditionReader::custom);
        return when.or(() -> join)
                .or(() -> threshold)
                .or(() -> composite)
                .or(() -> custom)
                .orElse(ALWAYS);
    }

    private static Optional<Condition> custom(Cursor at) {
        if (!at.object("a condition written in Java, an object", "name", "arguments")) {
            return Optional.empty();
        }
        Optional<String> name = at.required("name").flatMap(c -> c.name("a name"));
        Map<String, Object> arguments =
                at.get("arguments").map(ConditionReader::constants).orElse(Map.of());
        return name.map(n -> new Condition.Custom(n, arguments));
    }

    private static Map<String, Object> constants(Cursor at) {
        if (!at.isObject()) {
            at.expected("an object");
            return Map.of();
        }
        return Templates.mapOf(Templates.constant(at));
    }

    private Optional<Condition> threshold(Cursor at, boolean collects) {
        if (!at.object("a threshold, an object", "count", "by", "repeat", "key")) {
            return Optional.empty();
        }
        Optional<Size> count = at.required("count").flatMap(this::size);
        MemberKey by = at.get("by").map(this::by).orElse(new MemberKey.Identity());
        boolean repeat = at.get("repeat").flatMap(Cursor::bool).orElse(false);
        Optional<Expression> key = at.get("key").flatMap(Cursor::expression);
        count.ifPresent(c -> checkRepeat(at, repeat, c));
        count.ifPresent(c -> checkKey(at, "count", key, c));
        return count.map(c -> new Join(c, List.of(), by, new Need.All(), Optional.empty(), collects, repeat, key));
    }

    private Optional<Condition> join(Cursor at, boolean collects) {
        if (!at.object("a join, an object", "size", "members", "by", "need", "rule", "collect", "repeat", "key")) {
            return Optional.empty();
        }
        List<String> members = at.get("members").map(this::members).orElse(List.of());
        MemberKey by = at.get("by").map(this::by).orElse(new MemberKey.Auto());
        Need need = at.get("need").map(this::need).orElse(new Need.All());
        Optional<Expression> rule = at.get("rule").flatMap(Cursor::expression);
        boolean collect = at.get("collect").flatMap(Cursor::bool).orElse(collects);
        boolean repeat = at.get("repeat").flatMap(Cursor::bool).orElse(false);
        if (at.get("need").isPresent() && at.get("rule").isPresent()) {
            at.problem("Expected need or rule, but got both");
        }
        if (!members.isEmpty() && by instanceof MemberKey.Identity) {
            at.get("by")
                    .orElse(at)
                    .problem(
                            "Expected members that are known by name to be told by subject or an expression, but got 'event'");
        }
        Optional<Size> size = sizeOf(at, members);
        Optional<Expression> key = at.get("key").flatMap(Cursor::expression);
        size.ifPresent(s -> checkRepeat(at, repeat, s));
        size.ifPresent(s -> checkKey(at, members.isEmpty() ? "size" : "members", key, s));
        if (size.isPresent()
                && size.get() instanceof Size.Fixed fixed
                && need instanceof Need.Count count
                && count.count() > fixed.count()) {
            at.get("need")
                    .orElse(at)
                    .problem("Expected at most as many as the size, " + fixed.count() + ", but got " + count.count());
        }
        return size.map(s -> new Join(s, members, by, need, rule, collect, repeat, key));
    }

    private Optional<Size> sizeOf(Cursor at, List<String> members) {
        Optional<Cursor> given = at.get("size");
        if (given.isEmpty() && at.get("members").isEmpty()) {
            at.problem("Expected a size or members, but got neither");
            return Optional.empty();
        }
        if (given.isEmpty()) {
            return members.isEmpty() ? Optional.empty() : Optional.of(new Size.Fixed(members.size()));
        }
        Optional<Size> size = given.flatMap(this::size);
        boolean agrees = members.isEmpty()
                || size.isEmpty()
                || size.get() instanceof Size.Fixed fixed && fixed.count() == members.size();
        if (!agrees) {
            given.get().expected("the number of members, " + members.size());
        }
        return size;
    }

    private Optional<Size> size(Cursor at) {
        if (at.isText()) {
            return at.expression().map(Size.Computed::new);
        }
        if (at.value() instanceof Number n && n.doubleValue() == 0) {
            at.problem("Expected a join of at least 1 member, but a join of nothing would never be activated");
            return Optional.empty();
        }
        return at.integer(1, Limits.MAX_JOIN).map(Size.Fixed::new);
    }

    private List<String> members(Cursor at) {
        List<Cursor> items = at.items("members", Limits.MAX_MEMBERS);
        if (at.value() instanceof List<?> list && list.isEmpty()) {
            at.problem("Expected at least 1 member, but a join of nothing would never be activated");
        }
        List<String> members = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (Cursor item : items) {
            item.text("a member's name", Limits.MAX_TEXT).ifPresent(m -> {
                if (!seen.add(m)) {
                    item.problem("Expected each member once, but '" + Cursor.shortened(m) + "' is there twice");
                }
                members.add(m);
            });
        }
        return members;
    }

    private MemberKey by(Cursor at) {
        if (at.value() instanceof String text && Templates.isExpression(text)) {
            return at.markedExpression().<MemberKey>map(MemberKey.Computed::new).orElse(new MemberKey.Auto());
        }
        return switch (at.isText() ? (String) at.value() : "") {
            case "auto" -> new MemberKey.Auto();
            case "subject" -> new MemberKey.Subject();
            case "event" -> new MemberKey.Identity();
            default -> {
                at.expected("auto, subject, event, or an expression {% ... %}");
                yield new MemberKey.Auto();
            }
        };
    }

    private Need need(Cursor at) {
        Need all = new Need.All();
        if (at.value() instanceof Number) {
            return at.integer(1, Limits.MAX_JOIN).<Need>map(Need.Count::new).orElse(all);
        }
        if ("all".equals(at.value())) {
            return all;
        }
        if (at.value() instanceof String text && text.matches("[0-9]{1,3}(\\.[0-9]{1,30})?%")) {
            double percent = Double.parseDouble(text.substring(0, text.length() - 1));
            if (percent > 0 && percent <= 100) {
                return new Need.Percent(percent);
            }
        }
        at.expected("\"all\", a number of members, or a percentage above 0% and up to 100% such as \"65%\"");
        return all;
    }

    private static void checkRepeat(Cursor at, boolean repeat, Size size) {
        boolean possible = size instanceof Size.Fixed fixed && fixed.count() <= Join.MAX_REPEAT;
        if (repeat && !possible) {
            at.get("repeat")
                    .orElse(at)
                    .problem("Expected repeat only with a size that is a number of at most " + Join.MAX_REPEAT
                            + ", but the size is "
                            + (size instanceof Size.Fixed fixed ? Integer.toString(fixed.count()) : "computed"));
        }
    }

    /** Each key is one item, and hears of its own events only. */
    private static void checkKey(Cursor at, String where, Optional<Expression> key, Size size) {
        if (key.isEmpty()) {
            return;
        }
        Cursor place = at.get(where).orElse(at);
        switch (size) {
            case Size.Fixed f -> {
                if (f.count() > Join.MAX_KEYED) {
                    place.problem("Expected at most " + Join.MAX_KEYED + " members beside key, but got " + f.count());
                }
            }
            case Size.Computed c -> {
                if (c.expression().mentions("context")) {
                    place.problem(
                            "Expected a size that does not change beside key, a number or an expression over $run.input, but it mentions context");
                }
            }
        }
    }
}
