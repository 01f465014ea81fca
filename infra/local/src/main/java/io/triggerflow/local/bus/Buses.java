package io.triggerflow.local.bus;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.triggerflow.local.gateway.ServiceException;
import io.triggerflow.local.scheduler.ScheduleExpression;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import software.amazon.event.ruler.Machine;

/**
 * The event buses with their rules: events are matched by event-ruler, EventBridge's own matcher, and delivered to the
 * targets of every rule that matches. Thread-safe; matching reads an immutable machine and never waits for changes.
 */
public final class Buses {
    /** The bus that every account has. */
    public static final String DEFAULT = "default";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, Bus> buses = new ConcurrentHashMap<>();
    private final Map<String, Instant> lastRuns = new ConcurrentHashMap<>();
    private final Delivery delivery;
    private final String region;
    private final String account;
    private final InstantSource clock;
    private final Consumer<String> log;
    private final Instant started;

    /** A bus as it is between two changes. */
    private record Bus(Map<String, Rule> rules, Machine machine) {}

    /** Creates the default bus. */
    public Buses(Delivery delivery, String region, String account, InstantSource clock, Consumer<String> log) {
        this.delivery = delivery;
        this.region = region;
        this.account = account;
        this.clock = clock;
        this.log = log;
        this.started = clock.instant();
        create(DEFAULT);
        delivery.toBuses(this::receive);
    }

    /** Creates a bus; nothing happens when it is there already. */
    public void create(String name) {
        buses.putIfAbsent(name, new Bus(Map.of(), Machine.builder().build()));
    }

    /** Deletes a bus with its rules; nothing happens when there is none. */
    public void delete(String name) {
        buses.remove(name);
    }

    /** The names of all buses. */
    public List<String> names() {
        return buses.keySet().stream().sorted().toList();
    }

    /** Whether there is a bus of this name. */
    public boolean exists(String name) {
        return buses.containsKey(name);
    }

    /** The ARN of a bus. */
    public String busArn(String name) {
        return "arn:aws:events:" + region + ":" + account + ":event-bus/" + name;
    }

    /** The ARN of a rule. */
    public String ruleArn(String bus, String name) {
        return "arn:aws:events:" + region + ":" + account + ":rule/" + (bus.equals(DEFAULT) ? "" : bus + "/") + name;
    }

    /** The rules of a bus, by name. */
    public Map<String, Rule> rules(String bus) {
        return new TreeMap<>(bus(bus).rules());
    }

    private Bus bus(String name) {
        Bus bus = buses.get(name);
        if (bus == null) {
            throw new ServiceException(400, "ResourceNotFoundException", "Event bus " + name + " does not exist.");
        }
        return bus;
    }

    /** Adds or replaces a rule. */
    public void put(Rule rule) {
        change(rule.bus(), rules -> {
            rules.put(rule.name(), rule);
            return rules;
        });
    }

    /** Removes a rule; nothing happens when there is none. */
    public void remove(String bus, String name) {
        change(bus, rules -> {
            rules.remove(name);
            return rules;
        });
    }

    private void change(String name, UnaryOperator<Map<String, Rule>> change) {
        bus(name);
        buses.computeIfPresent(name, (ignored, bus) -> {
            Map<String, Rule> rules = change.apply(new TreeMap<>(bus.rules()));
            return new Bus(Map.copyOf(rules), machine(rules.values()));
        });
    }

    private static Machine machine(Iterable<Rule> rules) {
        var machine = Machine.builder().build();
        for (Rule rule : rules) {
            if (rule.enabled() && rule.pattern().isPresent()) {
                try {
                    machine.addRule(rule.name(), rule.pattern().get());
                } catch (IOException e) {
                    throw new ServiceException(
                            400,
                            "InvalidEventPatternException",
                            "Event pattern is not valid. Reason: " + e.getMessage());
                }
            }
        }
        return machine;
    }

    /**
     * Makes an event and delivers it.
     *
     * @return the event's id
     */
    public String publish(
            String bus,
            String source,
            String detailType,
            JsonNode detail,
            List<String> resources,
            Optional<Instant> time) {
        String id = UUID.randomUUID().toString();
        ObjectNode event = JSON.createObjectNode();
        event.put("version", "0")
                .put("id", id)
                .put("detail-type", detailType)
                .put("source", source)
                .put("account", account);
        event.put(
                        "time",
                        time.orElseGet(clock::instant)
                                .truncatedTo(ChronoUnit.SECONDS)
                                .toString())
                .put("region", region);
        var list = event.putArray("resources");
        resources.forEach(list::add);
        event.set("detail", detail);
        deliver(bus, event);
        return id;
    }

    private void deliver(String busName, JsonNode event) {
        Bus bus = buses.get(busName);
        if (bus == null) {
            log.accept("Event " + event.path("id").asText() + " was put to the bus " + busName
                    + ", which does not exist: dropped, as on AWS");
            return;
        }
        String text = event.toString();
        for (String name : matches(bus.machine(), text)) {
            fire(bus.rules().get(name), event, text);
        }
    }

    private static List<String> matches(Machine machine, String event) {
        try {
            return machine.rulesForJSONEvent(event);
        } catch (Exception e) {
            throw new IllegalStateException("Expected an event that the matcher reads, but: " + e, e);
        }
    }

    private void fire(Rule rule, JsonNode event, String text) {
        String arn = ruleArn(rule.bus(), rule.name());
        rule.targets()
                .values()
                .forEach(t -> delivery.deliver(t.target(), t.input().apply(event, text, arn), arn));
    }

    /** An event that another bus sends on. */
    private void receive(String busArn, String event) {
        try {
            deliver(busArn.substring(busArn.lastIndexOf('/') + 1), JSON.readTree(event));
        } catch (JsonProcessingException e) {
            log.accept("Expected an event for " + busArn + ", but it is not JSON: dropped");
        }
    }

    /** Fires the rules whose schedule has come; to be called about once a second. */
    public void tick() {
        Instant now = clock.instant();
        for (Rule rule : buses.getOrDefault(
                        DEFAULT, new Bus(Map.of(), Machine.builder().build()))
                .rules()
                .values()) {
            if (rule.enabled() && rule.schedule().isPresent()) {
                Instant last = lastRuns.getOrDefault(rule.name(), started);
                ScheduleExpression.parse(rule.schedule().get(), ZoneOffset.UTC)
                        .next(started, last.plusMillis(1))
                        .filter(next -> !next.isAfter(now))
                        .ifPresent(next -> {
                            lastRuns.put(rule.name(), now);
                            fireScheduled(rule, next);
                        });
            }
        }
    }

    private void fireScheduled(Rule rule, Instant time) {
        ObjectNode event = JSON.createObjectNode();
        event.put("version", "0")
                .put("id", UUID.randomUUID().toString())
                .put("detail-type", "Scheduled Event")
                .put("source", "aws.events");
        event.put("account", account)
                .put("time", time.truncatedTo(ChronoUnit.SECONDS).toString())
                .put("region", region);
        event.putArray("resources").add(ruleArn(rule.bus(), rule.name()));
        event.putObject("detail");
        fire(rule, event, event.toString());
    }

    /** Adds targets to a rule, or replaces those of the same ids. */
    public void putTargets(String bus, String name, List<Rule.RuleTarget> targets) {
        Rule rule = rule(bus, name);
        var all = new LinkedHashMap<>(rule.targets());
        targets.forEach(target -> all.put(target.id(), target));
        put(rule.withTargets(all));
    }

    /** Removes targets of a rule by id. */
    public void removeTargets(String bus, String name, List<String> ids) {
        Rule rule = rule(bus, name);
        var all = new LinkedHashMap<>(rule.targets());
        ids.forEach(all::remove);
        put(rule.withTargets(all));
    }

    /** Switches a rule on or off. */
    public void enable(String bus, String name, boolean on) {
        put(rule(bus, name).withEnabled(on));
    }

    /** The rule of this name. */
    public Rule rule(String bus, String name) {
        Rule rule = bus(bus).rules().get(name);
        if (rule == null) {
            throw new ServiceException(
                    400, "ResourceNotFoundException", "Rule " + name + " does not exist on EventBus " + bus + ".");
        }
        return rule;
    }
}
