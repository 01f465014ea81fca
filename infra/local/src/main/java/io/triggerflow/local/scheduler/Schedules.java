package io.triggerflow.local.scheduler;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.triggerflow.local.bus.Delivery;
import io.triggerflow.local.gateway.ServiceException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/**
 * EventBridge Scheduler's schedules and what makes them fire. Time comes from the clock given: {@link #tick} fires what is
 * due, and someone has to call it (the local runtime does, several times a second). At-least-once: a schedule is marked as
 * run after its delivery, so a crash between the two repeats it. Thread-safe.
 */
public final class Schedules {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final InstantSource clock;
    private final Delivery delivery;
    private final ScheduleStore store;
    private final String arnPrefix;
    private final Map<String, Schedule> schedules = new TreeMap<>();
    private final Set<String> groups = new TreeSet<>(Set.of("default"));
    private final PriorityQueue<Due> due = new PriorityQueue<>(Comparator.comparing(Due::time));

    private record Due(Instant time, Schedule schedule) {}

    /**
     * Restores the schedules of an earlier run.
     *
     * @param dataDir where they are kept; empty keeps them in memory
     */
    public Schedules(Optional<Path> dataDir, Delivery delivery, InstantSource clock, String region, String account) {
        this.clock = clock;
        this.delivery = delivery;
        this.store = new ScheduleStore(dataDir);
        this.arnPrefix = "arn:aws:scheduler:" + region + ":" + account + ":schedule";
        store.load().forEach(schedule -> {
            groups.add(schedule.group());
            enter(schedule);
        });
    }

    private void enter(Schedule schedule) {
        schedules.put(key(schedule.group(), schedule.name()), schedule);
        schedule.next().ifPresent(time -> due.add(new Due(time, schedule)));
    }

    private static String key(String group, String name) {
        return group + "/" + name;
    }

    String arn(String group, String name) {
        return arnPrefix + "/" + group + "/" + name;
    }

    String groupArn(String group) {
        return arnPrefix + "-group/" + group;
    }

    /** Creates a schedule; the same again with the same ClientToken changes nothing. Returns its ARN. */
    public synchronized String create(String group, String name, ObjectNode definition) {
        requireGroup(group);
        Schedule present = schedules.get(key(group, name));
        if (present != null) {
            if (definition.hasNonNull("ClientToken") && definition.equals(present.definition())) {
                return arn(group, name);
            }
            throw new ServiceException(409, "ConflictException", "Schedule " + name + " already exists.");
        }
        Instant now = clock.instant();
        return put(Schedule.of(group, name, definition, now, now));
    }

    /** Replaces a schedule as a whole. Returns its ARN. */
    public synchronized String update(String group, String name, ObjectNode definition) {
        Schedule present = get(group, name);
        return put(Schedule.of(group, name, definition, present.created(), clock.instant()));
    }

    /** Creates or replaces a schedule of the template; one that is unchanged keeps its state. */
    public synchronized void provide(String group, String name, ObjectNode definition) {
        groups.add(group);
        // As it would be read back from its file: a template's numbers are longs, and no long equals an int.
        ObjectNode kept = ScheduleStore.asRead(definition);
        Schedule present = schedules.get(key(group, name));
        if (present == null || !present.definition().equals(kept)) {
            Instant now = clock.instant();
            put(Schedule.of(group, name, kept, now, now));
        }
    }

    private String put(Schedule schedule) {
        store.save(schedule);
        enter(schedule); // an entry of its predecessor in `due` is skipped when it comes
        return arn(schedule.group(), schedule.name());
    }

    synchronized Schedule get(String group, String name) {
        Schedule schedule = schedules.get(key(group, name));
        if (schedule == null) {
            throw new ServiceException(404, "ResourceNotFoundException", "Schedule " + name + " does not exist.");
        }
        return schedule;
    }

    /** Deletes a schedule. */
    public synchronized void delete(String group, String name) {
        get(group, name);
        forget(group, name);
    }

    private void forget(String group, String name) {
        schedules.remove(key(group, name));
        store.delete(group, name); // its entry in `due` is skipped when it comes: no search through thousands of timers
    }

    synchronized List<Schedule> list() {
        return List.copyOf(schedules.values());
    }

    /** Creates a group; nothing happens when there is one. */
    public synchronized void createGroup(String name) {
        groups.add(name);
    }

    synchronized boolean hasGroup(String name) {
        return groups.contains(name);
    }

    synchronized List<String> groups() {
        return List.copyOf(groups);
    }

    synchronized void deleteGroup(String name) {
        requireGroup(name);
        list().stream()
                .filter(schedule -> schedule.group().equals(name))
                .forEach(schedule -> forget(name, schedule.name()));
        groups.remove(name);
    }

    private void requireGroup(String name) {
        if (!groups.contains(name)) {
            throw new ServiceException(404, "ResourceNotFoundException", "Schedule group " + name + " does not exist.");
        }
    }

    /** Fires what is due. Returns how many schedules fired. */
    public int tick() {
        List<Due> ready = take();
        for (Due entry : ready) {
            Schedule schedule = entry.schedule();
            delivery.deliver(schedule.target(), input(schedule, entry.time()), arn(schedule.group(), schedule.name()));
            finish(entry);
        }
        return ready.size();
    }

    private synchronized List<Due> take() {
        var ready = new ArrayList<Due>();
        Instant now = clock.instant();
        while (!due.isEmpty() && !due.peek().time().isAfter(now)) {
            Due entry = due.poll();
            if (schedules.get(key(entry.schedule().group(), entry.schedule().name())) == entry.schedule()) {
                ready.add(entry);
            }
        }
        return ready;
    }

    private synchronized void finish(Due entry) {
        Schedule schedule = entry.schedule();
        if (schedules.get(key(schedule.group(), schedule.name())) != schedule) {
            return; // replaced or deleted while it was being delivered
        }
        Schedule after = schedule.ran(entry.time(), clock.instant());
        if (after.next().isEmpty() && after.deletedAfterCompletion()) {
            forget(schedule.group(), schedule.name());
        } else {
            store.save(after);
            enter(after);
        }
    }

    private String input(Schedule schedule, Instant time) {
        JsonNode target = schedule.definition().path("Target");
        String arn = arn(schedule.group(), schedule.name());
        String scheduled = time.truncatedTo(ChronoUnit.SECONDS).toString();
        String id = UUID.nameUUIDFromBytes((arn + "@" + scheduled).getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .toString();
        String input = target.path("Input").asText("");
        String text = input.isEmpty()
                ? envelope("aws.scheduler", "Scheduled Event", "{}", arn, scheduled, id)
                : input.replace("<aws.scheduler.schedule-arn>", arn)
                        .replace("<aws.scheduler.scheduled-time>", scheduled)
                        .replace("<aws.scheduler.execution-id>", id)
                        .replace("<aws.scheduler.attempt-number>", "1");
        if (target.path("Arn").asText().contains(":event-bus/")) {
            JsonNode parameters = target.path("EventBridgeParameters");
            return envelope(
                    parameters.path("Source").asText("aws.scheduler"),
                    parameters.path("DetailType").asText("Scheduled Event"),
                    input.isEmpty() ? "{}" : text,
                    arn,
                    scheduled,
                    id);
        }
        return text;
    }

    private String envelope(String source, String detailType, String detail, String arn, String time, String id) {
        String[] parts = arnPrefix.split(":");
        ObjectNode event = JSON.createObjectNode()
                .put("version", "0")
                .put("id", id)
                .put("detail-type", detailType)
                .put("source", source)
                .put("account", parts[4])
                .put("time", time)
                .put("region", parts[3]);
        event.putArray("resources").add(arn);
        try {
            event.set("detail", JSON.readTree(detail));
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            event.put("detail", detail);
        }
        return event.toString();
    }
}
