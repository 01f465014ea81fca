package io.triggerflow.core.check;

import io.triggerflow.core.check.Finding.Code;
import io.triggerflow.core.check.Finding.Severity;
import io.triggerflow.core.expression.ExpressionException;
import io.triggerflow.core.expression.Expressions;
import io.triggerflow.core.expression.Variables;
import io.triggerflow.core.model.Action;
import io.triggerflow.core.model.Expression;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How large it gets: the largest fan-out, and the dearest run that was tried. */
final class Sizes {
    private final Bundle bundle;
    private final Explored explored;
    private final Expressions expressions = new Expressions();

    /** A fan-out and its size; -1 when only data tell. */
    private record FanOut(String trigger, String path, Expression over, int size) {}

    Sizes(Bundle bundle, Explored explored) {
        this.bundle = bundle;
        this.explored = explored;
    }

    List<Finding> all() {
        List<Finding> findings = new ArrayList<>();
        List<FanOut> all = fanOuts();
        all.stream()
                .filter(f -> f.size() < 0)
                .findFirst()
                .or(() -> all.stream().max(java.util.Comparator.comparing(FanOut::size)))
                .ifPresent(f -> findings.add(finding(f)));
        explored.dearest.filter(d -> !d.way().all().isEmpty()).ifPresent(d -> findings.add(dearest(d)));
        return findings;
    }

    private static Finding finding(FanOut f) {
        String message = f.size() < 0
                ? "The largest fan-out: trigger '" + f.trigger() + "' launches as many functions as '"
                        + f.over().source() + "' gives; nothing in the bundle bounds it."
                : "The largest fan-out: trigger '" + f.trigger() + "' launches " + f.size() + " functions at once.";
        return new Finding(Severity.INFO, Code.FAN_OUT_SIZE, f.trigger(), f.path(), message, "", Optional.empty());
    }

    private List<FanOut> fanOuts() {
        List<FanOut> all = new ArrayList<>();
        for (Bundle.Placed p : bundle.all()) {
            Bundle.actions(p.trigger()).forEach((place, action) -> {
                if (action instanceof Action.Invoke i && i.forEach().isPresent()) {
                    Expression over = i.forEach().get();
                    all.add(new FanOut(p.id(), p.path() + place, over, size(over)));
                }
            });
        }
        return all;
    }

    private int size(Expression over) {
        if (over.mentions("event") || over.mentions("run") || over.mentions("results") || over.mentions("failures")) {
            return -1;
        }
        try {
            Object items = expressions.evaluate(over, Variables.NONE, Instant.EPOCH);
            return items instanceof List<?> list ? list.size() : items == null ? 0 : 1;
        } catch (ExpressionException e) {
            return -1;
        }
    }

    private static Finding dearest(Explored.Cost cost) {
        String message = "The dearest run that was tried: " + cost.transitions() + " transitions, " + cost.functions()
                + " functions launched, " + cost.children() + " child runs, " + cost.elsewhere()
                + " events sent elsewhere.";
        Finding.Shown shown = new Finding.Shown(cost.way().all(), cost.status(), 0, Optional.empty());
        return new Finding(Severity.INFO, Code.DEAREST_RUN, "", "$", message, "", Optional.of(shown));
    }
}
