package io.triggerflow.core.check;

import io.triggerflow.core.check.Finding.Code;
import io.triggerflow.core.check.Finding.Severity;
import io.triggerflow.core.model.Action;
import io.triggerflow.core.model.Condition;
import io.triggerflow.core.model.EventTypes;
import io.triggerflow.core.model.Trigger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What the graph alone tells, for any data: triggers that nothing activates, timers and events that nobody wants, failures that nobody hears. */
final class GraphChecks {
    private final Bundle bundle;
    private final Graph graph;
    private final List<Finding> findings = new ArrayList<>();

    GraphChecks(Bundle bundle, Graph graph) {
        this.bundle = bundle;
        this.graph = graph;
    }

    List<Finding> all() {
        for (Bundle.Placed p : bundle.all()) {
            unreachable(p);
            joins(p);
            cancelled(p);
        }
        graph.products().forEach(this::unheard);
        failures();
        return findings;
    }

    private void add(Severity severity, Code code, String trigger, String place, String message, String advice) {
        findings.add(
                new Finding(severity, code, trigger, bundle.path(trigger) + place, message, advice, Optional.empty()));
    }

    private void unreachable(Bundle.Placed p) {
        if (graph.isReachable(p.id())) {
            return;
        }
        if (!p.trigger().enabled() && !graph.isEnabledBySomebody(p.id())) {
            add(
                    Severity.WARNING,
                    Code.NEVER_ENABLED,
                    p.id(),
                    "",
                    "Trigger '" + p.id() + "' is disabled from the start, and no action enables it.",
                    "Add an action enable: [" + p.id() + "], or have people enable it ('triggerflow trigger enable').");
            return;
        }
        if (p.registeredBy().filter(by -> !graph.isReachable(by)).isPresent()) {
            return;
        }
        List<Product> producers = graph.producers(p.id());
        String sources = producers.stream()
                .map(Product::by)
                .distinct()
                .map(by -> "'" + by + "'")
                .collect(Collectors.joining(", "));
        boolean itself = producers.stream().allMatch(x -> x.by().equals(p.id()) || isLater(x.by(), p.id()));
        if (!producers.isEmpty() && !itself) {
            // Whoever could activate it is told of already.
            return;
        }
        String why = producers.isEmpty()
                ? "nothing brings about " + wanted(p.trigger())
                : "only " + sources + " could activate it, and waits for it in turn";
        add(
                Severity.ERROR,
                Code.UNREACHABLE_TRIGGER,
                p.id(),
                ".on",
                "Trigger '" + p.id() + "' can never fire: " + why + ".",
                "Correct the name, or add the action that brings the event about, or remove the trigger.");
    }

    /** Whether an unreachable trigger depends on another one in turn, so that neither is the first cause. */
    private boolean isLater(String id, String cause) {
        return graph.downstream(Set.of(cause)).contains(id);
    }

    private static String wanted(Trigger trigger) {
        return trigger.on().stream()
                .map(Wanted::of)
                .map(GraphChecks::words)
                .distinct()
                .limit(3)
                .collect(Collectors.joining(", nor "));
    }

    private static String words(Wanted w) {
        String subject = w.subjects().isEmpty() ? "any" : "'" + String.join("' or '", w.subjects()) + "'";
        String type = w.types().isEmpty() ? "" : w.types().getFirst();
        return switch (type) {
            case EventTypes.TASK_SUCCEEDED -> "the success of task " + subject;
            case EventTypes.TASK_FAILED -> "a failure of task " + subject;
            case EventTypes.TASK_TIMED_OUT -> "a time-out of task " + subject;
            case EventTypes.TASK_SKIPPED -> "a skipped task " + subject;
            case EventTypes.TIMER_FIRED -> "timer " + subject;
            case EventTypes.RUN_STARTED -> "the start of a run, for standing triggers belong to none";
            default -> "an event of type '" + type + "'" + (w.subjects().isEmpty() ? "" : " and subject " + subject);
        };
    }

    private void joins(Bundle.Placed p) {
        if (!(p.trigger().condition() instanceof Condition.Join join) || !graph.isReachable(p.id())) {
            return;
        }
        missingMembers(p, join);
        if (join.size() instanceof Condition.Size.Computed size && !bundle.hasExtensionActions()) {
            Keys.ofContext(size.expression().source()).stream()
                    .filter(key -> !isSet(key))
                    .findFirst()
                    .ifPresent(key -> add(
                            Severity.ERROR,
                            Code.JOIN_CANNOT_FILL,
                            p.id(),
                            ".condition",
                            "Join '" + p.id() + "' never learns its size: no action sets '" + key + "'.",
                            "Set '" + key + "' in the firing that launches its members."));
        }
    }

    private boolean isSet(String key) {
        return bundle.all().stream()
                .flatMap(p -> Bundle.actions(p.trigger()).values().stream())
                .anyMatch(a -> a instanceof Action.SetContext s && s.values().containsKey(key));
    }

    private void missingMembers(Bundle.Placed p, Condition.Join join) {
        boolean bySubject = join.by() instanceof Condition.MemberKey.Subject
                || join.by() instanceof Condition.MemberKey.Auto && !hasFanOut(p.id());
        if (join.members().isEmpty() || !bySubject || !(join.need() instanceof Condition.Need.All)) {
            return;
        }
        List<String> missing =
                join.members().stream().filter(m -> !canArrive(p, m)).toList();
        if (!missing.isEmpty() && join.rule().isEmpty()) {
            add(
                    Severity.ERROR,
                    Code.JOIN_CANNOT_FILL,
                    p.id(),
                    ".condition",
                    "Join '" + p.id() + "' waits for " + String.join(", ", missing)
                            + ", but no event that activates it has that subject.",
                    "Correct the member's name, or add its event to 'on', or launch it.");
        }
    }

    private boolean hasFanOut(String id) {
        return graph.producers(id).stream().anyMatch(product -> bundle.find(product.by())
                .map(b -> Bundle.actions(b.trigger()).get(product.place()))
                .filter(a -> a instanceof Action.Invoke i && i.forEach().isPresent())
                .isPresent());
    }

    private boolean canArrive(Bundle.Placed p, String member) {
        boolean inside = graph.producers(p.id()).stream()
                .anyMatch(product -> graph.isReachable(product.by())
                        && product.subject().map(member::equals).orElse(true)
                        && p.trigger().on().stream()
                                .map(Wanted::of)
                                .anyMatch(w -> w.mayBe(product.type(), Optional.of(member))));
        boolean outside = p.trigger().on().stream()
                .map(Wanted::of)
                .anyMatch(w -> w.isExternal(bundle.isStanding())
                        && (w.subjects().isEmpty() || w.subjects().contains(member)));
        return inside || outside;
    }

    /** Timers that are armed for nobody, and events of the run's own that nobody wants. */
    private void unheard(Product product) {
        if (!graph.isReachable(product.by()) || graph.isWanted(product)) {
            return;
        }
        if (product.kind() == Product.Kind.TIMER && product.subject().isPresent()) {
            add(
                    Severity.WARNING,
                    Code.ORPHAN_TIMER,
                    product.by(),
                    product.place(),
                    "Trigger '" + product.by() + "' arms timer '"
                            + product.subject().get() + "', but no trigger waits for it.",
                    "Add a trigger on {timer: " + product.subject().get() + "}, or do not arm it.");
        } else if (product.kind() == Product.Kind.EMIT && product.type().isPresent()) {
            add(
                    Severity.WARNING,
                    Code.NOBODY_LISTENS,
                    product.by(),
                    product.place(),
                    "Trigger '" + product.by() + "' emits '" + product.type().get() + "'"
                            + product.subject()
                                    .filter(s -> !s.isEmpty())
                                    .map(s -> " with subject '" + s + "'")
                                    .orElse("")
                            + " to its own " + (bundle.isStanding() ? "workspace" : "run")
                            + ", but no trigger wants it: it would be held for ever.",
                    "Correct the type or subject, add the trigger, or say to whom it goes ('to').");
        }
    }

    private void cancelled(Bundle.Placed p) {
        Bundle.actions(p.trigger()).forEach((place, action) -> {
            if (action instanceof Action.CancelTimer c) {
                Product.constant(c.name())
                        .filter(name -> graph.products().stream()
                                .noneMatch(x -> x.kind() == Product.Kind.UNKNOWN
                                        || x.kind() == Product.Kind.TIMER
                                                && x.subject().map(name::equals).orElse(true)))
                        .ifPresent(name -> add(
                                Severity.WARNING,
                                Code.ORPHAN_TIMER,
                                p.id(),
                                place,
                                "Trigger '" + p.id() + "' cancels timer '" + name + "', but nothing arms it.",
                                "Correct the timer's name."));
            }
        });
    }

    /** A join that would bear failures, but does not hear of them: the first one fails the run. */
    private void failures() {
        Set<String> told = new HashSet<>();
        for (Bundle.Placed p : bundle.all()) {
            if (p.trigger().condition() instanceof Condition.Join join && bears(join)) {
                graph.producers(p.id()).stream()
                        .filter(x -> x.kind() == Product.Kind.LAUNCH
                                && x.type().equals(Optional.of(EventTypes.TASK_SUCCEEDED)))
                        .filter(this::failsTheScope)
                        .filter(x -> told.add(p.id()))
                        .forEach(x -> add(
                                Severity.WARNING,
                                Code.UNHANDLED_FAILURE,
                                p.id(),
                                ".on",
                                "Join '" + p.id() + "' can do without some of its members, but does not hear that '"
                                        + x.subject().orElse("one of them")
                                        + "' has failed: the first failure fails the run.",
                                "Wait for every end: on {task: " + x.subject().orElse("...") + ", outcome: any}."));
            }
        }
        partly();
    }

    private static boolean bears(Condition.Join join) {
        return join.rule()
                .map(r -> r.mentions("failed") || r.mentions("arrived"))
                .orElseGet(() -> switch (join.need()) {
                    case Condition.Need.All n -> false;
                    case Condition.Need.Count n ->
                        !(join.size() instanceof Condition.Size.Fixed f) || n.count() < f.count();
                    case Condition.Need.Percent n -> n.percent() < 100;
                });
    }

    private boolean failsTheScope(Product success) {
        return !heard(success, EventTypes.TASK_FAILED)
                && bundle.find(success.by())
                        .filter(b -> b.trigger().onFailure().isEmpty())
                        .isPresent();
    }

    private boolean heard(Product of, String type) {
        return graph.isWanted(new Product(of.by(), of.place(), Optional.of(type), of.subject(), of.kind()));
    }

    /** A task of whose two ways to fail only one is handled. */
    private void partly() {
        for (Product x : graph.products()) {
            if (x.kind() == Product.Kind.LAUNCH
                    && x.type().equals(Optional.of(EventTypes.TASK_TIMED_OUT))
                    && graph.isReachable(x.by())
                    && heard(x, EventTypes.TASK_TIMED_OUT)
                    && !heard(x, EventTypes.TASK_FAILED)
                    && failsTheScope(x)) {
                add(
                        Severity.WARNING,
                        Code.UNHANDLED_FAILURE,
                        x.by(),
                        x.place(),
                        "That task '" + x.subject().orElse("of " + x.by())
                                + "' is late is handled; that it fails is not, and fails the run.",
                        "Wait for both: outcome: failed stands for failed and timed_out.");
            }
        }
    }
}
