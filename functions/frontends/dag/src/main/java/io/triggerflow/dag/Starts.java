package io.triggerflow.dag;

import static io.triggerflow.dag.Tree.emit;
import static io.triggerflow.dag.Tree.on;
import static io.triggerflow.dag.Tree.x;

import io.triggerflow.core.model.JsonText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** When a task runs, and what becomes of it when it does not. */
final class Starts {
    private final Graph graph;
    private final Flow flow;
    private final Ends ends;

    Starts(Graph graph, Flow flow, Ends ends) {
        this.graph = graph;
        this.flow = flow;
        this.ends = ends;
    }

    /** The triggers that decide about a task, beside the one that launches it. */
    List<Map<String, Object>> of(Task task) {
        if (graph.isRoot(task.id())) {
            return List.of();
        }
        if (isAlone(task)) {
            return notRun(task);
        }
        return joined(task);
    }

    /** The events that launch a task. */
    List<Object> patterns(Task task) {
        if (graph.isRoot(task.id())) {
            return List.of(Tree.of("start", true));
        }
        if (!isAlone(task)) {
            return List.of(on(Names.RUN, task.id()));
        }
        String upstream = Names.end(graph.up(task.id()).getFirst());
        return Arrays.stream(Rule.Outcome.values())
                .filter(o -> task.rule().ofOne(o) == Rule.Decision.RUN)
                .<Object>map(o -> on(o.type, upstream))
                .toList();
    }

    /** What must be true of such an event. */
    Optional<String> condition(Task task) {
        return isAlone(task) && !graph.isRoot(task.id()) ? closed(task).map(c -> "$not(" + c + ")") : Optional.empty();
    }

    /** Whether the end of its one upstream decides about a task: then no join is needed, and no write. */
    private boolean isAlone(Task task) {
        List<String> up = graph.up(task.id());
        return up.size() == 1
                && !task.rule().countsUpstreamFailedAsSkipped()
                && up.containsAll(graph.gates(task.id()))
                && !(task.isTeardown() && graph.task(up.getFirst()).setup());
    }

    /** Whether an event, the end of the one upstream, says that a task is skipped for all its rule says. */
    private Optional<String> closed(Task task) {
        String upstream = graph.up(task.id()).getFirst();
        return graph.mayClose(upstream, task.id())
                ? Optional.of(closes(upstream, task.id(), "$event.type = '" + Names.SUCCEEDED + "'", "$event.data"))
                : Optional.empty();
    }

    private String closes(String upstream, String id, String succeeded, String data) {
        return graph.task(upstream).branch()
                ? "(" + succeeded + " and $not('" + id + "' in " + data + ".follow))"
                : "(" + data + ".closed = true)";
    }

    private List<Map<String, Object>> notRun(Task task) {
        String upstream = Names.end(graph.up(task.id()).getFirst());
        List<Object> skips = new ArrayList<>();
        List<Object> fails = new ArrayList<>();
        Optional<String> closed = closed(task);
        for (Rule.Outcome outcome : Rule.Outcome.values()) {
            switch (task.rule().ofOne(outcome)) {
                case RUN -> {
                    if (outcome == Rule.Outcome.SUCCEEDED && closed.isPresent()) {
                        skips.add(on(outcome.type, upstream));
                    }
                }
                case SKIP -> skips.add(on(outcome.type, upstream));
                case FAIL -> fails.add(on(outcome.type, upstream));
            }
        }
        boolean runsToo = task.rule().ofOne(Rule.Outcome.SUCCEEDED) == Rule.Decision.RUN;
        return ends.without(
                task,
                skips,
                closed.filter(c -> runsToo).map(c -> "$event.type != '" + Names.SUCCEEDED + "' or " + c),
                fails);
    }

    private List<Map<String, Object>> joined(Task task) {
        List<Map<String, Object>> triggers = new ArrayList<>();
        boolean marks = task.rule().countsUpstreamFailedAsSkipped();
        List<String> up = graph.up(task.id());
        List<String> members = new ArrayList<>();
        up.forEach(u -> members.add(Names.end(u) + (marks ? ":" + task.id() : "")));
        if (marks) {
            triggers.add(seen(task, up));
        }
        List<String> gates = graph.gates(task.id());
        if (task.rule().isEarly() && !gates.isEmpty()) {
            String rule = task.id() + ":rule";
            triggers.add(first(task, rule, members));
            triggers.add(second(task, rule, gates));
        } else {
            triggers.add(only(task, members, gates));
        }
        boolean unconditional = gates.isEmpty() && task.rule().isUnconditional();
        triggers.addAll(
                unconditional
                        ? List.of()
                        : ends.without(
                                task,
                                List.of(on(Names.SKIP, task.id())),
                                Optional.empty(),
                                List.of(on(Names.FAIL, task.id()))));
        return triggers;
    }

    /** For rules to which an upstream that failed because of its own upstreams has not been done. */
    private static Map<String, Object> seen(Task task, List<String> up) {
        return Tree.of(
                "id",
                task.id() + ":seen",
                "on",
                patternsOf(up.stream().map(Names::end).toList()),
                "actions",
                List.of(emit(
                        x("$event.data.outcome = '" + Ends.UPSTREAM_FAILED + "' ? '" + Names.SKIPPED
                                + "' : $event.type"),
                        x("$event.subject & ':" + task.id() + "'"),
                        null)));
    }

    static List<Object> patternsOf(List<String> subjects) {
        List<Object> patterns = new ArrayList<>();
        subjects.forEach(s -> Arrays.stream(Rule.Outcome.values()).forEach(o -> patterns.add(on(o.type, s))));
        return patterns;
    }

    /** The rule's own join, where another one looks at what else must be known. */
    private Map<String, Object> first(Task task, String rule, List<String> members) {
        String decision = tallied() + task.rule().decision();
        Object type = x("($d := (" + decision + "); $d = 'run' ? '" + Names.SUCCEEDED + "' : $d = 'skip' ? '"
                + Names.SKIPPED + "' : '" + Names.FAILED + "')");
        Map<String, Object> told = told(task, members);
        return join(
                rule,
                members,
                task.rule().rule(),
                !told.isEmpty(),
                emit(type, rule, Tree.of("tasks", told.isEmpty() ? null : told)));
    }

    private Map<String, Object> second(Task task, String rule, List<String> gates) {
        Set<String> members = new LinkedHashSet<>(List.of(rule));
        gates.forEach(g -> members.add(Names.end(g)));
        String ruled = "$members." + Names.quoted(rule) + ".outcome";
        String decision =
                gated(task, gates, ruled + " = 'succeeded' ? 'run' : " + ruled + " = 'skipped' ? 'skip' : 'fail'");
        Map<String, Object> told = new LinkedHashMap<>();
        flow.received()
                .get(task.id())
                .keySet()
                .forEach(t -> told.put(t, x("$members." + Names.quoted(rule) + ".data.tasks." + Names.quoted(t))));
        return join(
                task.id() + ":when",
                List.copyOf(members),
                "$arrived >= $size",
                true,
                emit(x("'dag.' & (" + decision + ")"), task.id(), Tree.of("tasks", told)));
    }

    private Map<String, Object> only(Task task, List<String> members, List<String> gates) {
        Set<String> all = new LinkedHashSet<>(members);
        gates.forEach(g -> all.add(Names.end(g)));
        boolean extra = all.size() > members.size();
        String ruled = task.rule() == Rule.ALL_DONE_SETUP_SUCCESS
                ? teardown(task)
                : (extra ? counted(members) : tallied()) + task.rule().decision();
        String decision = gates.isEmpty() ? ruled : gated(task, gates, ruled);
        boolean unconditional = gates.isEmpty() && (task.rule().isUnconditional() || decision.equals("'run'"));
        Map<String, Object> told = told(task, members);
        String rule = extra ? "$arrived >= $size" : task.rule().rule();
        boolean looksAtData = !told.isEmpty() || !gates.isEmpty();
        return join(
                task.id() + ":when",
                List.copyOf(all),
                rule,
                looksAtData,
                emit(unconditional ? Names.RUN : x("'dag.' & (" + decision + ")"), task.id(), Tree.of("tasks", told)));
    }

    private static Map<String, Object> join(
            String id, List<String> members, String rule, boolean collect, Map<String, Object> action) {
        return Tree.of(
                "id",
                id,
                "on",
                patternsOf(members),
                "condition",
                Tree.of("join", Tree.of("members", members, "by", "subject", "rule", rule, "collect", collect)),
                "actions",
                List.of(action));
    }

    /** What the members tell of others, for this task and those after it. */
    private Map<String, Object> told(Task task, List<String> members) {
        Map<String, Object> told = new LinkedHashMap<>();
        List<String> up = graph.up(task.id());
        flow.received().get(task.id()).forEach((about, carriers) -> {
            List<String> paths = carriers.stream()
                    .map(u -> "$members." + Names.quoted(members.get(up.indexOf(u))) + ".data.tasks."
                            + Names.quoted(about))
                    .toList();
            told.put(about, x(paths.size() == 1 ? paths.getFirst() : "[" + String.join(", ", paths) + "][0]"));
        });
        return told;
    }

    private static String tallied() {
        return "$s := $outcomes.succeeded; $f := $outcomes.failed; $k := $outcomes.skipped; ";
    }

    /** The tallies of some members only. */
    private static String counted(List<String> members) {
        return "$of := function($o) {$count(" + Compiler.literal(members) + "[$lookup($members, $).outcome = $o])}; "
                + "$s := $of('succeeded'); $f := $of('failed'); $k := $of('skipped'); ";
    }

    /** What the gates say, before the rule is asked: who is closed out is skipped, whatever else failed. */
    private String gated(Task task, List<String> gates, String ruled) {
        List<String> closings = new ArrayList<>();
        List<String> setups = new ArrayList<>();
        for (String gate : gates) {
            String member = "$members." + Names.quoted(Names.end(gate));
            boolean direct = graph.up(task.id()).contains(gate);
            if (direct) {
                closings.add(closes(gate, task.id(), member + ".outcome = 'succeeded'", member + ".data"));
            } else if (graph.shortCircuitsOf(task.id()).contains(gate)) {
                closings.add("(" + member + ".data.closed = true)");
            }
            if (!direct && graph.setupsOf(task.id()).contains(gate)) {
                setups.add(Names.end(gate));
            }
        }
        String decision = "(" + ruled + ")";
        if (!setups.isEmpty()) {
            decision = "($g := function($o) {$count(" + Compiler.literal(setups)
                    + "[$lookup($members, $).outcome = $o])}; $g('failed') > 0 ? 'fail' : $g('skipped') > 0 ? 'skip' : "
                    + decision + ")";
        }
        return closings.isEmpty() ? decision : "((" + String.join(" or ", closings) + ") ? 'skip' : " + decision + ")";
    }

    /** Its rule looks at the setups among its direct upstreams: if all were skipped, or none succeeded, there is nothing to undo. */
    private String teardown(Task task) {
        List<String> setups = graph.up(task.id()).stream()
                .filter(u -> graph.task(u).setup())
                .map(Names::end)
                .toList();
        if (setups.isEmpty()) {
            return "'run'";
        }
        String count = "$count(" + JsonText.write(setups) + "[$lookup($members, $).outcome = ";
        return count + "'skipped']) = " + setups.size() + " ? 'skip' : " + count + "'succeeded']) = 0 ? 'fail' : 'run'";
    }
}
