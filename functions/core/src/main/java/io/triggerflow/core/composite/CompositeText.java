package io.triggerflow.core.composite;

import io.triggerflow.core.model.Composite;
import io.triggerflow.core.model.Composite.Modified;
import io.triggerflow.core.model.CompositeRule;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The textual form of composite events: {@code SEQ(payment, shipped) within PT2H by $.orderId context chronicle}.
 *
 * <pre>
 * rule     = event setting*                 in any order with the modifiers of the whole, each at most once
 * event    = or modifier*                   modifiers are for all before them, up to a bracket or comma
 * or       = and ("OR" and)*                infix binds from loose to tight: OR, AND, ;
 * and      = sequence ("AND" sequence)*
 * sequence = term (";" term)*
 * term     = NAME | "(" event ")"
 *          | ("OR" | "AND" | "SEQ") "(" event ("," event)+ ")"
 *          | "ANY" "(" COUNT ";" event ("," event)+ ")"
 *          | "NOT" "(" event ")" "[" event "," (event | DURATION) "]"
 *          | "A" "*"? "(" event "," event "," event ")"
 *          | "P" "*"? "(" event "," DURATION "," event ")"
 *          | "PLUS" "(" event "," DURATION ")"
 *          | ("TIMES" | "EVERY") "(" COUNT "," event ")"
 * modifier = "within" DURATION | "context" CONTEXT | "held" CONTEXT
 * setting  = "by" ("$.path.in.data" | "{% JSONata %}") | "lateness" DURATION | "late" ("take" | "drop" | "emit")
 *          | "cap" COUNT | "overflow" ("drop" | "fail")
 * </pre>
 *
 * Reading what was written gives an equal rule. Pure; thread-safe.
 */
public final class CompositeText {
    /** Characters of a text that can be read. */
    public static final int MAX_LENGTH = Words.MAX_TEXT;

    private CompositeText() {}

    /**
     * Reads a rule.
     *
     * @throws CompositeException "Expected ..., but ... at character 17"; the first character is 1
     */
    public static CompositeRule read(String text) {
        return new CompositeParser(text).rule();
    }

    /** Writes a rule in its normal form: operators before their operands, and nothing that has its default. */
    public static String write(CompositeRule rule) {
        StringBuilder text = new StringBuilder(write(rule.event()));
        rule.by().ifPresent(by -> text.append(" by ").append(Words.shortKey(by)));
        if (!rule.lateness().equals(CompositeRule.DEFAULT_LATENESS)) {
            text.append(" lateness ").append(rule.lateness());
        }
        if (rule.late() != CompositeRule.DEFAULT_LATE) {
            text.append(" late ").append(Composite.word(rule.late()));
        }
        if (rule.cap() != CompositeRule.DEFAULT_CAP) {
            text.append(" cap ").append(rule.cap());
        }
        if (rule.overflow() != CompositeRule.DEFAULT_OVERFLOW) {
            text.append(" overflow ").append(Composite.word(rule.overflow()));
        }
        return text.toString();
    }

    /** Writes an expression. */
    static String write(Composite event) {
        return switch (event) {
            case Composite.Primitive p -> p.name();
            case Composite.Or o -> "OR" + list(o.of());
            case Composite.And a -> "AND" + list(a.of());
            case Composite.Seq s -> "SEQ" + list(s.of());
            case Composite.Any a -> "ANY(" + a.count() + "; " + list(a.of()).substring(1);
            case Composite.Not n -> "NOT(" + write(n.absent()) + ")[" + write(n.from()) + ", " + end(n.to()) + "]";
            case Composite.Absent a -> "NOT(" + write(a.absent()) + ")[" + write(a.from()) + ", " + a.after() + "]";
            case Composite.Aperiodic a -> (a.collected() ? "A*" : "A") + list(List.of(a.from(), a.each(), a.to()));
            case Composite.Periodic p ->
                (p.collected() ? "P*" : "P") + "(" + write(p.from()) + ", " + p.every() + ", " + write(p.to()) + ")";
            case Composite.Plus p -> "PLUS(" + write(p.of()) + ", " + p.after() + ")";
            case Composite.Times t -> "TIMES(" + t.count() + ", " + write(t.of()) + ")";
            case Composite.Every e -> "EVERY(" + e.count() + ", " + write(e.of()) + ")";
            case Modified m -> write(m.of()) + modifiers(m);
        };
    }

    /** Where a duration may stand, too, a name that looks like one is in brackets. */
    private static String end(Composite event) {
        String text = write(event);
        return Words.duration(text).isPresent() ? "(" + text + ")" : text;
    }

    private static String list(List<Composite> operands) {
        return operands.stream().map(CompositeText::write).collect(Collectors.joining(", ", "(", ")"));
    }

    private static String modifiers(Modified m) {
        return m.within().map(d -> " within " + d).orElse("")
                + m.context().map(c -> " context " + Composite.word(c)).orElse("")
                + m.held().map(c -> " held " + Composite.word(c)).orElse("");
    }
}
