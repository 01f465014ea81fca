package io.triggerflow.local.iam;

import io.triggerflow.local.iam.Permissions.Grant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** What was asked for, what was used, and what was refused. Bounded; thread-safe. */
final class Ledger {
    /** Distinct calls that are kept of an action of a caller: names of objects and schedules have no end. */
    private static final int MOST_CALLS = 100;

    private final Consumer<String> log;
    private final Set<Used> used = ConcurrentHashMap.newKeySet();
    private final Set<Permissions.Call> calls = ConcurrentHashMap.newKeySet();
    private final Map<String, AtomicInteger> kept = new ConcurrentHashMap<>();

    /** A pattern of a statement that a role has; the same policy of another role is another grant. */
    private record Used(String roleArn, String place, Grant.Element element, String pattern) {}

    Ledger(Consumer<String> log) {
        this.log = log;
    }

    /** Notes a call, and how it was decided; of equal calls the first is enough. */
    void decided(Caller caller, Access access, Decision decision) {
        used(caller, decision);
        var call = new Permissions.Call(identity(caller), caller.arn(), source(caller), access, decision.refusal());
        if (!calls.contains(call)
                && kept.computeIfAbsent(caller.arn() + " " + access.action(), k -> new AtomicInteger())
                                .incrementAndGet()
                        <= MOST_CALLS) {
            calls.add(call);
        }
    }

    private static Optional<String> source(Caller caller) {
        return caller instanceof Caller.Service service ? Optional.of(service.sourceArn()) : Optional.empty();
    }

    /** Notes what allowed something. */
    void used(Caller caller, Decision decision) {
        if (caller instanceof Caller.Session session) {
            String role = session.role().arn();
            for (Decision.Use use : decision.uses()) {
                String place = use.statement().place();
                use.actions().forEach(pattern -> used.add(new Used(role, place, Grant.Element.ACTION, pattern)));
                use.resources().forEach(pattern -> used.add(new Used(role, place, Grant.Element.RESOURCE, pattern)));
            }
        }
    }

    private static String identity(Caller caller) {
        return caller instanceof Caller.Session session ? session.name() : caller.arn();
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

    /** What the templates' authors allow; of actions that cannot come here, and of roles that nobody here has, nothing is known. */
    List<Grant> grants(Directory directory) {
        Map<String, Set<String>> holders = directory.functions().entrySet().stream()
                .collect(Collectors.groupingBy(
                        Map.Entry::getValue, Collectors.mapping(Map.Entry::getKey, Collectors.toSet())));
        List<Grant> grants = new ArrayList<>();
        for (Role role : new TreeSet<>(directory.roles().keySet())
                .stream().map(directory.roles()::get).toList()) {
            Set<String> functions = holders.getOrDefault(role.arn(), Set.of());
            if (functions.isEmpty() && !role.isForServices()) {
                continue;
            }
            for (Policy policy : role.policies()) {
                if (policy.origin() == Policy.Origin.TEMPLATE) {
                    policy.statements().stream()
                            .filter(Statement::allows)
                            .forEach(statement -> grants.addAll(grants(role, functions, policy, statement)));
                }
            }
        }
        return grants;
    }

    private List<Grant> grants(Role role, Set<String> functions, Policy policy, Statement statement) {
        List<Grant> grants = new ArrayList<>();
        statement.actions().patterns().stream()
                .filter(ContextKeys::isOffered)
                .forEach(p -> grants.add(grant(role, functions, policy, statement, Grant.Element.ACTION, p)));
        statement
                .resources()
                .patterns()
                .forEach(p -> grants.add(grant(role, functions, policy, statement, Grant.Element.RESOURCE, p)));
        return grants;
    }

    private Grant grant(
            Role role,
            Set<String> functions,
            Policy policy,
            Statement statement,
            Grant.Element element,
            Wildcard pattern) {
        return new Grant(
                role.name(),
                functions,
                policy.name(),
                statement.place(),
                element,
                pattern.text(),
                used.contains(new Used(role.arn(), statement.place(), element, pattern.text())));
    }
}
