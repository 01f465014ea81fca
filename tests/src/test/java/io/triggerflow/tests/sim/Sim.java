package io.triggerflow.tests.sim;

import io.triggerflow.core.control.Control;
import io.triggerflow.core.decide.Extensions;
import io.triggerflow.core.engine.Delivery;
import io.triggerflow.core.engine.Engine;
import io.triggerflow.core.engine.Fork;
import io.triggerflow.core.engine.Ports;
import io.triggerflow.core.engine.Report;
import io.triggerflow.core.engine.Sweeper;
import io.triggerflow.core.model.Commit;
import io.triggerflow.core.model.Entry;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.Launch;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.port.EventSink;
import io.triggerflow.core.port.Launcher;
import io.triggerflow.core.port.Registry;
import io.triggerflow.core.port.Store;
import io.triggerflow.core.port.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** One world: a scenario, played under the faults and in the order that follow from a seed, until nothing more happens. */
public final class Sim implements Steps {
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration SILENCE = Duration.ofMinutes(15);
    private static final Duration INTERVAL = Duration.ofMinutes(10);
    /** The store of a world forgets nothing. */
    private static final Duration REMEMBERED = Duration.ofDays(1_000);
    /** Few, so that there often are more. */
    private static final int SWEPT_AT_ONCE = 3;
    /** Sweeps in a row that find nothing to do: longer than any silence. */
    private static final int QUIET_SWEEPS = 3;

    private static final int MAX_STEPS = 2_000_000;
    private static final int MAX_TRACE = 4_000;

    private final Scenario scenario;
    private final Faults faults;
    private final SplittableRandom random;
    private final SimStore store;
    private final SimQueue queue;
    private final SimLauncher launcher;
    private final Ports ports;
    private final List<Job> active = new ArrayList<>();
    private final List<Engine> engines = new ArrayList<>();
    private final List<Scenario.Step> plan = new ArrayList<>();
    private final List<List<Event>> batches = new ArrayList<>();
    private final List<Event> delivered = new ArrayList<>();
    private final Map<String, Integer> deliveredBy = new HashMap<>();
    private final Map<String, Integer> asked = new HashMap<>();
    private final List<String> trace = new ArrayList<>();
    private Instant now = START;
    private Job current;
    private int faultsLeft;
    private int quiet;
    private int steps;
    private int jobs;
    private boolean judged;
    private Broken broken;

    /** A process: an engine with a batch, a client with a request, or the sweeper. */
    private static final class Job {
        final String name;
        final Runnable task;
        Coroutine coroutine;
        boolean over;
        boolean late;

        Job(String name, Runnable task) {
            this.name = name;
            this.task = task;
        }
    }

    public Sim(Scenario scenario, Faults faults, long seed, Mutant mutant) {
        this.scenario = scenario;
        this.faults = faults;
        this.random = new SplittableRandom(seed);
        this.faultsLeft = faults.most();
        this.store = mutant.store(this, this::wrote);
        this.queue = new SimQueue(this, faults, random);
        this.launcher = new SimLauncher(this, faults, scenario.functions());
        this.ports = new Ports(
                Stepped.of(Store.class, mutant.decorate(store), this, true),
                Stepped.of(Registry.class, store, this, true),
                Stepped.of(Launcher.class, launcher, this, false),
                Stepped.of(EventSink.class, mutant.sink(this, queue), this, true),
                () -> isLate() ? now.plusNanos(1) : now,
                mutant.fork().orElse(Fork.SEQUENTIAL));
        for (int i = 0; i < faults.workers(); i++) {
            engines.add(engine());
        }
        this.mutant = mutant;
    }

    private final Mutant mutant;

    private Engine engine() {
        return new Engine(ports, scenario.extensions(), "default");
    }

    /** Time stands still while anybody works, but for the one whose time is over. */
    private boolean isLate() {
        return current != null && current.late;
    }

    Instant now() {
        return now;
    }

    /** Who works: a process has a name of its own each time that it begins. */
    String worker() {
        return current == null ? "" : current.name;
    }

    public SimStore store() {
        return store;
    }

    SimLauncher launcher() {
        return launcher;
    }

    SimQueue queue() {
        return queue;
    }

    List<Event> delivered() {
        return delivered;
    }

    public Scenario scenario() {
        return scenario;
    }

    List<List<Event>> batches() {
        return batches;
    }

    public List<String> trace() {
        return trace;
    }

    void put(Event event, Instant visible) {
        queue.put(event, visible);
    }

    /** A law is broken; it is thrown where nothing can catch it. */
    void broken(String law, String message) {
        if (broken == null) {
            broken = new Broken(law, message);
        }
    }

    boolean chance(double p) {
        if (p <= 0 || faultsLeft <= 0 || judged || random.nextDouble() >= p) {
            return false;
        }
        faultsLeft--;
        return true;
    }

    void note(String text) {
        if (trace.size() < MAX_TRACE) {
            trace.add(Duration.between(START, now) + " " + (current == null ? "world" : current.name) + " " + text);
        }
    }

    @Override
    public void before(String step, boolean mayFail) {
        if (current == null || judged) {
            return;
        }
        steps++;
        if (chance(faults.crash())) {
            note("dies before " + step);
            throw new Crash();
        }
        if (!current.late && chance(faults.late())) {
            note("is late before " + step);
            current.late = true;
        }
        if (current.coroutine != null && random.nextInt(3) == 0) {
            Job me = current;
            me.coroutine.yield();
            current = me;
        }
        if (broken != null) {
            throw new Crash();
        }
        if (mayFail && chance(faults.refuse())) {
            note("is refused " + step);
            throw new StoreException("simulated refusal of " + step, null);
        }
        note(step);
        asked.merge(step, 1, Integer::sum);
    }

    @Override
    public void after(String step, boolean mayFail) {
        if (current != null && mayFail && chance(faults.unknown())) {
            note("hears nothing of " + step);
            throw new StoreException("simulated silence of " + step, null);
        }
    }

    /** A commit that is told of a conflict that there was not. */
    Optional<Commit.Result> conflict() {
        if (current != null && chance(faults.conflict())) {
            note("is told of a conflict");
            return Optional.of(new Commit.Result.Conflict());
        }
        return Optional.empty();
    }

    private void wrote(Scope scope, Entry entry) {
        note("WROTE " + scope + " " + entry.key() + " " + entry.kind() + " "
                + entry.cause().type() + "(" + entry.cause().subject() + ") " + entry.firings());
        scenario.wrote(this, scope, entry);
    }

    /** Every launch that reached a function, in order. */
    public List<Launch.Invoke> calls() {
        return launcher.calls;
    }

    /** How often each launch was accepted, by its id. */
    public Map<String, Integer> accepted() {
        return launcher.accepted;
    }

    /** How many messages no engine could ever handle. */
    public int dead() {
        return queue.dead.size();
    }

    /** How often a port was asked for something. */
    public int asked(String step) {
        return asked.getOrDefault(step, 0);
    }

    /** The time in this world. */
    public Instant time() {
        return now;
    }

    /** Plays the scenario to its end, and judges what it came to. */
    public Sim play() {
        plan.addAll(scenario.steps());
        scenario.messages().forEach(raw -> put(raw.event(), raw.at()));
        plan.sort(Comparator.comparing(Scenario.Step::at));
        while (steps++ < MAX_STEPS && broken == null && goOn()) {}
        if (broken == null && steps >= MAX_STEPS) {
            broken("L5", "expected an end of what happens, but there is none");
        }
        finish();
        throwBroken();
        return this;
    }

    /** Throws the law that was broken, if one was. */
    void throwBroken() {
        if (broken != null) {
            throw broken;
        }
    }

    /** Lets processes that are left over end. */
    private void finish() {
        if (broken == null) {
            return;
        }
        for (Job job : List.copyOf(active)) {
            while (!job.over) {
                resume(job);
            }
        }
    }

    private boolean goOn() {
        while (!plan.isEmpty() && !plan.getFirst().at().isAfter(now)) {
            Scenario.Step step = plan.removeFirst();
            begin(new Job("client" + jobs++, () -> insist(step.what())));
        }
        boolean canBegin =
                active.size() < faults.workers() && queue.visible().findAny().isPresent();
        if (!active.isEmpty() && (!canBegin || random.nextInt(3) != 0)) {
            resume(active.get(random.nextInt(active.size())));
            return true;
        }
        if (canBegin) {
            beginBatch();
            return true;
        }
        return pass();
    }

    /** Nothing can be done now: time passes. */
    private boolean pass() {
        Optional<Instant> next = queue.next();
        Optional<Instant> step =
                plan.isEmpty() ? Optional.empty() : Optional.of(plan.getFirst().at());
        Optional<Instant> first = next.isPresent() && step.isPresent()
                ? (next.get().isBefore(step.get()) ? next : step)
                : next.or(() -> step);
        Instant sweep = lastSweep.plus(INTERVAL);
        if (first.isPresent() && first.get().isBefore(sweep)) {
            now = first.get();
            return true;
        }
        if (first.isEmpty() && quiet >= QUIET_SWEEPS) {
            return false;
        }
        now = sweep.isAfter(now) ? sweep : now;
        lastSweep = now;
        quiet++;
        begin(new Job("sweeper", this::sweep));
        return true;
    }

    private Instant lastSweep = START;

    private void sweep() {
        try {
            Sweeper.Swept swept = new Sweeper(ports, SILENCE, INTERVAL, REMEMBERED).sweep(100, SWEPT_AT_ONCE);
            if (swept.more()) {
                // The handler goes on at once.
                lastSweep = lastSweep.minus(INTERVAL);
            }
            if (swept.events() > 0 || swept.more() || !swept.failures().isEmpty()) {
                note("SWEPT " + swept);
                quiet = 0;
            }
        } catch (StoreException | Crash e) {
            quiet = 0;
        }
    }

    /** A client asks until it is answered. */
    private void insist(Consumer<Control> what) {
        Control control = new Control(ports, scenario.extensions());
        while (true) {
            try {
                what.accept(control);
                return;
            } catch (StoreException | Crash e) {
                if (broken != null) {
                    return;
                }
                note("asks again");
            }
        }
    }

    private void beginBatch() {
        List<SimQueue.Message> batch = queue.receive();
        if (batch.isEmpty()) {
            return;
        }
        quiet = 0;
        int which = random.nextInt(engines.size());
        List<Event> events = batch.stream().map(m -> m.event).toList();
        batches.add(events);
        delivered.addAll(events);
        events.forEach(e -> deliveredBy.merge(e.key(), 1, Integer::sum));
        List<Delivery> deliveries = batch.stream()
                .map(m -> new Delivery(m.id, m.event, mutant.receiveCount(m.receives)))
                .toList();
        Job[] self = new Job[1];
        self[0] = new Job("engine" + which + "/" + jobs++, () -> {
            try {
                handle(engines.get(which), batch, deliveries);
            } catch (Crash e) {
                engines.set(which, engine());
            }
        });
        begin(self[0]);
    }

    private void handle(Engine engine, List<SimQueue.Message> batch, List<Delivery> deliveries) {
        List<Integer> receipts = batch.stream().map(m -> m.receives).toList();
        for (SimQueue.Message m : batch) {
            note("TAKES " + m.id + " #" + m.receives + " " + m.event.type() + "(" + m.event.subject() + ") for "
                    + m.event.scope().map(Object::toString).orElse("nobody") + " " + m.event.key());
        }
        if (mutant.acknowledgesFirst()) {
            batch.forEach(m -> queue.delete(m, m.receives));
        }
        Report report = engine.handle(deliveries, now.plusNanos(1));
        before("acknowledge", false);
        for (int i = 0; i < batch.size(); i++) {
            SimQueue.Message m = batch.get(i);
            if (report.failed().containsKey(m.id)) {
                note("GIVES BACK " + m.id + ": " + report.failed().get(m.id));
            } else {
                queue.delete(m, receipts.get(i));
            }
        }
    }

    private void begin(Job job) {
        if (faults.workers() == 1) {
            current = job;
            try {
                job.task.run();
            } catch (Crash e) {
                note("is dead");
            } finally {
                current = null;
            }
            return;
        }
        active.add(job);
        job.coroutine = new Coroutine(() -> run(job));
        resume(job);
    }

    private void run(Job job) {
        try {
            job.task.run();
        } catch (Crash e) {
            note("is dead");
        } finally {
            job.over = true;
        }
    }

    private void resume(Job job) {
        current = job;
        try {
            job.coroutine.resume();
        } finally {
            current = null;
            if (job.over) {
                active.remove(job);
            }
        }
    }

    /** Hands batches to a new engine when all is over; what happens is no longer disturbed, and nothing is seen by the queue's own. */
    Report again(List<Delivery> deliveries) {
        judged = true;
        return engine().handle(deliveries);
    }

    Ports ports() {
        return ports;
    }

    Extensions extensions() {
        return scenario.extensions();
    }
}
