package io.triggerflow.tests.sim;

import io.triggerflow.core.model.Entry;
import io.triggerflow.core.model.Failure;
import io.triggerflow.core.model.Launch;
import io.triggerflow.core.model.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a world came to, without what may differ between equal worlds: times, orders, bounds, repeats.
 *
 * @param runs status, output, error and context of each scope
 * @param firings the triggers that fired, by scope and entry
 * @param launches the launches that were accepted or given up
 */
record Ending(Map<String, String> runs, Map<String, String> firings, TreeSet<String> launches) {
    static Ending of(Sim sim) {
        Map<String, String> runs = new TreeMap<>();
        Map<String, String> firings = new TreeMap<>();
        sim.store().scopes().forEach((scope, kept) -> {
            if (kept.root != null) {
                runs.put(
                        scope.toString(),
                        kept.root.status() + " " + kept.root.output() + " "
                                + kept.root.failure().map(Failure::error).orElse("") + " "
                                + new TreeMap<>(kept.root.context()));
                kept.entries.forEach((key, entry) -> add(firings, scope, entry));
            }
        });
        TreeSet<String> launches = new TreeSet<>(sim.launcher().accepted.keySet());
        launches.addAll(sim.launcher().refused.keySet());
        return new Ending(runs, firings, launches);
    }

    private static void add(Map<String, String> firings, Scope scope, Entry entry) {
        if (entry.firings().isEmpty() || entry.kind() == Entry.Kind.RETRIED || entry.kind() == Entry.Kind.CONTROL) {
            return;
        }
        List<String> what = new ArrayList<>();
        entry.firings().forEach(f -> what.add(f.trigger() + f.changes()));
        for (Launch launch : entry.outbox()) {
            what.add(launch.getClass().getSimpleName());
        }
        firings.put(scope + " " + entry.key(), entry.kind() + " " + what);
    }

    /** In words, the first difference; empty when there is none. */
    String difference(Ending other) {
        String runsDiffer = difference("runs", runs, other.runs);
        if (!runsDiffer.isEmpty()) {
            return runsDiffer;
        }
        String firingsDiffer = difference("firings", firings, other.firings);
        if (!firingsDiffer.isEmpty()) {
            return firingsDiffer;
        }
        return launches.equals(other.launches)
                ? ""
                : "launches: " + launches + " but in a kind world " + other.launches;
    }

    private static String difference(String what, Map<String, String> a, Map<String, String> b) {
        TreeSet<String> keys = new TreeSet<>(a.keySet());
        keys.addAll(b.keySet());
        for (String key : keys) {
            if (!Objects.equals(a.get(key), b.get(key))) {
                return what + " of " + key + ": " + a.get(key) + ", but in a kind world " + b.get(key);
            }
        }
        return "";
    }
}
