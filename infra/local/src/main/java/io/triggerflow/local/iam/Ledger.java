package io.triggerflow.local.iam;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** What was asked for, what was used, and what was refused. Bounded; thread-safe. */
final class Ledger {
    /** Distinct calls that are kept: a run of the end-to-end suite has some hundred, but for names made of hashes. */
    private static final int MOST_CALLS = 5_000;

    private static final String ACTION = "Action";
    private static final String RESOURCE = "Resource";

    private final Consumer<String> log;
    private final Set<Grant> used = ConcurrentHashMap.newKeySet();
    private final Set<Permissions.Call> calls = ConcurrentHashMap.newKeySet();

    /** A pattern of a statement that a role has; the same policy of another role is another grant. */
    private record Grant(String roleArn, String place, String element, String pattern) {}

    Ledger(Consumer<String> log) {
        this.log = log;
    }

    /** Notes a call, and how it was decided; of equal calls the first is enough. */
    void decided(Caller caller, Access access, Decision decision) {
        used(caller, decision);
        if (calls.size() < MOST_CALLS) {
            calls.add(new Permissions.Call(identity(caller), caller.arn(), access, decision.refusal()));
        }
    }

    /** Notes what allowed something. */
    void used(Caller caller, Decision decision) {
        if (caller instanceof Caller.Session session) {
            for (Decision.Use use : decision.uses()) {
                mark(session.role(), use.statement(), ACTION, use.actions());
                mark(session.role(), use.statement(), RESOURCE, use.resources());
            }
        }
    }

    private static String identity(Caller caller) {
        return caller instanceof Caller.Session session ? session.name() : caller.arn();
    }

    private void mark(Role role, Statement statement, String element, List<String> patterns) {
        patterns.forEach(pattern -> used.add(new Grant(role.arn(), statement.place(), element, pattern)));
    }

    /** Says what was refused: the first time, then the tenth, the hundredth: a loop of retries must not fill the log. */
    void refused(Caller caller, long times, String message) {
        if (Long.toString(times).matches("10*")) {
            log.accept(identity(caller) + " | denied" + (times == 1 ? "" : " (" + times + " times)") + ": " + message);
        }
    }

    List<Permissions.Call> calls() {
        return calls.stream()
                .sorted(Comparator.comparing(Permissions.Call::caller)
                        .thenComparing(c -> c.access().action())
                        .thenComparing(c -> c.access().resource()))
                .toList();
    }

    /** What was granted by the templates and not used so far. */
    List<Permissions.Unused> unused(Directory directory) {
        List<Permissions.Unused> unused = new ArrayList<>();
        directory.roles().values().stream()
                .sorted(Comparator.comparing(Role::name))
                .forEach(role -> role.policies().stream()
                        .filter(p -> p.origin() == Policy.Origin.TEMPLATE)
                        .forEach(policy -> policy.statements().stream()
                                .filter(Statement::allows)
                                .forEach(statement -> unused(directory, role, policy, statement, unused))));
        return unused;
    }

    private void unused(
            Directory directory, Role role, Policy policy, Statement statement, List<Permissions.Unused> into) {
        // Of actions that cannot come here nothing is known.
        List<String> actions = statement.actions().patterns().stream()
                .filter(ContextKeys::isOffered)
                .map(Wildcard::text)
                .filter(pattern -> !isUsed(role, statement, ACTION, pattern))
                .toList();
        List<String> resources = statement.resources().patterns().stream()
                .map(Wildcard::text)
                .filter(pattern -> !isUsed(role, statement, RESOURCE, pattern))
                .toList();
        boolean none = actions.size() == statement.actions().patterns().size();
        if (!actions.isEmpty() || !resources.isEmpty()) {
            into.add(new Permissions.Unused(
                    role.name(),
                    holders(directory, role),
                    policy.name(),
                    statement.place(),
                    actions,
                    none ? List.of() : resources));
        }
    }

    private boolean isUsed(Role role, Statement statement, String element, String pattern) {
        return used.contains(new Grant(role.arn(), statement.place(), element, pattern));
    }

    private static Set<String> holders(Directory directory, Role role) {
        return directory.functions().entrySet().stream()
                .filter(e -> e.getValue().equals(role.arn()))
                .map(Map.Entry::getKey)
                .collect(java.util.stream.Collectors.toCollection(java.util.TreeSet::new));
    }
}
