package io.triggerflow.local.iam;

import io.triggerflow.local.template.Template;
import io.triggerflow.local.template.TemplateException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * IAM on one machine: who may do what, by the policies of the templates. Functions of templates are known by the credentials that they are
 * given, and held to their roles; everybody else is an administrator. Policies are compiled once, and equal questions are answered from
 * memory. Thread-safe.
 *
 * <p>What is not known cannot be enforced: functions, queues and roles that no template defines.
 */
public final class Iam {
    /** Beyond this many remembered decisions all are forgotten: names of objects and schedules have no end. */
    private static final int MOST_DECISIONS = 20_000;

    private final boolean on;
    private final Ledger ledger;
    private final AtomicReference<State> state;

    /**
     * Everything that a change of a role replaces.
     *
     * @param functions whose roles are known, by name
     * @param callers the same by access key
     */
    private record State(
            Directory directory,
            Evaluator evaluator,
            Map<String, Caller.Session> functions,
            Map<String, Caller.Session> callers,
            Map<Question, Answer> answers) {
        static State of(Directory directory) {
            Map<String, Caller.Session> functions = new HashMap<>();
            Map<String, Caller.Session> callers = new HashMap<>();
            directory.functions().keySet().forEach(name -> directory
                    .function(name)
                    .ifPresent(session -> {
                        functions.put(name, session);
                        callers.put(Credentials.accessKey(session), session);
                    }));
            return new State(directory, new Evaluator(directory), functions, callers, new ConcurrentHashMap<>());
        }
    }

    private record Question(String caller, Access access) {}

    private record Answer(Decision decision, AtomicLong refused) {}

    private Iam(boolean on, Directory directory, Consumer<String> log) {
        this.on = on;
        this.ledger = new Ledger(log);
        this.state = new AtomicReference<>(State.of(directory));
    }

    /** Nothing is enforced: everybody is an administrator. */
    public static Iam off() {
        return new Iam(false, Directory.EMPTY, line -> {});
    }

    /**
     * Enforces what the templates say.
     *
     * @param log hears of what is refused, and of what cannot be enforced
     * @throws TemplateException naming the place of a policy that is wrong, or that has something which is not evaluated here
     */
    public static Iam of(List<Template> templates, Consumer<String> log) {
        var roles = new RoleReader(templates, log);
        var guarded = new ResourcePolicyReader(templates);
        var iam = new Iam(
                true,
                new Directory(
                        templates.getFirst().names().region(),
                        templates.getFirst().names().accountId(),
                        roles.roles(),
                        roles.functions(),
                        guarded.policies(),
                        Tags.of(templates),
                        guarded.resources()),
                log);
        iam.requireTrust();
        return iam;
    }

    /** Lambda creates no function whose role it may not assume. */
    private void requireTrust() {
        State now = state.get();
        now.callers().values().forEach(session -> {
            var lambda = new Caller.Service(
                    "lambda.amazonaws.com",
                    session.functionArn().orElseThrow(),
                    now.directory().account());
            if (now.evaluator().assume(session.role(), lambda).refusal().isPresent()) {
                throw new TemplateException(
                        "Expected the role " + session.role().name() + " of the function "
                                + session.name()
                                + " to let lambda.amazonaws.com assume it, but its AssumeRolePolicyDocument does not"
                                + " (--no-iam runs without permissions)");
            }
        });
    }

    /** Whether anything is enforced. */
    public boolean isOn() {
        return on;
    }

    // ---- Who somebody is ----

    /** The environment variables by which a function's calls are known; empty when nothing is enforced for it. */
    public Map<String, String> credentials(String function) {
        return function(function).map(Credentials::variables).orElse(Map.of());
    }

    /** The ARN of a function's role; empty when nothing is enforced for it. */
    public Optional<String> roleOf(String function) {
        return function(function).map(session -> session.role().arn());
    }

    private Optional<Caller.Session> function(String name) {
        return Optional.ofNullable(state.get().functions().get(name));
    }

    /** Whether an access key was given to a function whose role is known; all others are administrators. */
    public boolean isHeldToRole(String accessKey) {
        return state.get().callers().containsKey(accessKey);
    }

    /** The ARN of whom an access key was given to; empty for administrators. */
    public Optional<String> arn(String accessKey) {
        return Optional.ofNullable(state.get().callers().get(accessKey)).map(Caller.Session::arn);
    }

    // ---- What somebody may do ----

    /** Why the holder of an access key may not do these things, in IAM's words; empty when it may do all. */
    public Optional<String> refusal(String accessKey, List<Access> accesses) {
        Caller.Session caller = state.get().callers().get(accessKey);
        return caller == null
                ? Optional.empty()
                : accesses.stream().flatMap(a -> refusal(caller, a).stream()).findFirst();
    }

    /**
     * Refuses a call of which nobody knows what permissions it needs.
     *
     * @param action what the call is, for people
     * @return the message
     */
    public String unknown(String accessKey, String action) {
        State now = state.get();
        Caller.Session caller = now.callers().get(accessKey);
        String message = "User: " + caller.arn() + " is not authorized to perform: " + action
                + " because the local runtime does not know which permissions this call needs (--no-iam runs without permissions)";
        Answer answer = now.answers()
                .computeIfAbsent(
                        new Question(caller.arn(), Access.to(action, "")),
                        q -> new Answer(new Decision(Optional.of(message), false, List.of()), new AtomicLong()));
        ledger.refused(caller, answer.refused().incrementAndGet(), message);
        return message;
    }

    /** Whether the holder of an access key may do something that it did not ask for itself. */
    public boolean allows(String accessKey, Access access) {
        State now = state.get();
        Caller.Session caller = now.callers().get(accessKey);
        if (caller == null) {
            return true;
        }
        Decision decision = now.evaluator().decide(caller, access);
        ledger.used(caller, decision);
        return decision.refusal().isEmpty();
    }

    /** Why Lambda may not do something on behalf of a function; empty when it may, or nothing is known of its role. */
    public Optional<String> functionRefusal(String function, Access access) {
        return function(function).flatMap(session -> refusal(session, access));
    }

    /**
     * Why a service may not deliver something; empty when it may.
     *
     * @param sourceArn the rule, schedule or bucket that wants to
     * @param roleArn the role that it uses; without one the target's own policy decides
     * @param access what it wants to do to a queue, a function or a bus
     */
    public Optional<String> deliveryRefusal(String sourceArn, Optional<String> roleArn, Access access) {
        if (!on) {
            return Optional.empty();
        }
        Directory directory = state.get().directory();
        Caller.Service service = Deliveries.service(sourceArn, directory.account());
        if (roleArn.isPresent()) {
            return directory.role(roleArn.get()).flatMap(role -> assumeRefusal(role, service)
                    .or(() -> refusal(Deliveries.session(role, service), access)));
        }
        if (!directory.resources().contains(Directory.owner(access.resource()))) {
            return Optional.empty();
        }
        Answer answer = answer(service, access);
        // A bus of the same account takes the events of another one's rules without being asked, unless it says no.
        boolean isAdmitted =
                access.action().equals("events:PutEvents") && !answer.decision().explicit();
        return isAdmitted ? Optional.empty() : told(service, answer);
    }

    /** Why Scheduler may not use a role for schedules of a group; empty when it may, or nothing is known of the role. */
    public Optional<String> schedulerRefusal(String roleArn, String groupArn) {
        Directory directory = state.get().directory();
        var scheduler = new Caller.Service(Deliveries.SCHEDULER, groupArn, directory.account());
        return directory.role(roleArn).flatMap(role -> assumeRefusal(role, scheduler));
    }

    private Optional<String> assumeRefusal(Role role, Caller.Service service) {
        return state.get().evaluator().assume(role, service).refusal();
    }

    private Optional<String> refusal(Caller caller, Access access) {
        return told(caller, answer(caller, access));
    }

    private Answer answer(Caller caller, Access access) {
        State now = state.get();
        String identity = caller instanceof Caller.Service service
                ? service.principal() + " " + service.sourceArn()
                : caller.arn();
        var question = new Question(identity, access);
        Answer known = now.answers().get(question);
        if (known != null) {
            return known;
        }
        if (now.answers().size() >= MOST_DECISIONS) {
            now.answers().clear();
        }
        return now.answers().computeIfAbsent(question, q -> {
            Decision decision = now.evaluator().decide(caller, access);
            ledger.decided(caller, access, decision);
            return new Answer(decision, new AtomicLong());
        });
    }

    private Optional<String> told(Caller caller, Answer answer) {
        answer.decision()
                .refusal()
                .ifPresent(refusal -> ledger.refused(caller, answer.refused().incrementAndGet(), refusal));
        return answer.decision().refusal();
    }

    /**
     * What these templates say to a call that was made under others: of the same name, role and source. Nothing is noted.
     *
     * @return why not, in IAM's words; empty when it is allowed
     */
    public Optional<String> refusal(Permissions.Call call) {
        State now = state.get();
        Optional<Caller> caller = call.source()
                .<Caller>map(source -> new Caller.Service(
                        call.caller(), source, now.directory().account()))
                .or(() -> session(now.directory(), call));
        return caller.map(c -> now.evaluator().decide(c, call.access()).refusal())
                .orElseGet(() -> Optional.of("Expected the role of " + call.arn() + ", but there is none"));
    }

    private static Optional<Caller> session(Directory directory, Permissions.Call call) {
        String role = call.arn().split("/")[1];
        return directory
                .function(call.caller())
                .<Caller>map(session -> session)
                .or(() -> directory.roles().values().stream()
                        .filter(r -> r.name().equals(role))
                        .findFirst()
                        .map(r -> Caller.Session.of(r, call.caller(), Optional.empty())));
    }

    // ---- What became of it ----

    /** What was asked for and what was not used, so far. */
    public Permissions permissions() {
        return new Permissions(ledger.calls(), ledger.grants(state.get().directory()));
    }

    /** The roles, by name. */
    List<Role> roles() {
        return new ArrayList<>(state.get().directory().roles().values());
    }

    /** Changes a role; what was decided before is forgotten. */
    void change(Role role, UnaryOperator<Role> change) {
        state.updateAndGet(now -> State.of(now.directory()
                .with(change.apply(now.directory().role(role.arn()).orElse(role)))));
    }
}
