package io.triggerflow.core.model;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which launch: it travels with the launched function, and comes back in its termination event.
 *
 * @param scope whose launch
 * @param entry the key of the entry whose outbox holds the launch
 * @param position the launch's position in that outbox
 * @param item its position in a fan-out, or -1
 * @param attempt 1 for the first
 * @param task the subject of its termination event
 * @param depth the depth of the entry
 * @param timed whether each of its terminations is an entry, so that the first one wins: the launch has a time limit of its own, or is a
 *     workspace's, where the sweeper must know of each launch whether it has ended without reading more than that entry
 * @param keeps whether the launch keeps something for those who hear of its end ({@link Launch#kept}): its entry is read together with the root
 */
public record Address(
        Scope scope,
        String entry,
        int position,
        int item,
        int attempt,
        String task,
        int depth,
        boolean timed,
        boolean keeps) {
    /** Of a launch that keeps nothing. */
    public Address(
            Scope scope, String entry, int position, int item, int attempt, String task, int depth, boolean timed) {
        this(scope, entry, position, item, attempt, task, depth, timed, false);
    }

    /** The launch's id: a repeat of the launch has the same, another attempt has another. */
    public String id() {
        return Ids.hash(
                scope.toString(), entry, Integer.toString(position), Integer.toString(item), Integer.toString(attempt));
    }

    public Address attempt(int number) {
        return new Address(scope, entry, position, item, number, task, depth, timed, keeps);
    }

    public Address item(int index) {
        return new Address(scope, entry, position, index, attempt, task, depth, timed, keeps);
    }

    /** The extension attributes of the event that ends this launch. */
    public Map<String, Object> toExtensions() {
        Map<String, Object> extensions = new LinkedHashMap<>();
        extensions.put(Event.WORKSPACE, scope.workspace());
        if (scope.isRun()) {
            extensions.put(Event.RUN, scope.run());
        }
        extensions.put(Event.DEPTH, depth);
        extensions.put(Event.LAUNCH, id());
        extensions.put(Event.ENTRY, entry);
        extensions.put(Event.POSITION, position);
        extensions.put(Event.ATTEMPT, attempt);
        if (item >= 0) {
            extensions.put(Event.ITEM, item);
        }
        if (timed) {
            extensions.put(Event.TIMED, 1);
        }
        if (keeps) {
            extensions.put(Event.KEEPS, 1);
        }
        return extensions;
    }

    /** The address in a termination event's extension attributes; empty when the event ends no launch. */
    public static Optional<Address> of(Event event) {
        Optional<String> entry = event.text(Event.ENTRY);
        if (entry.isEmpty() || event.scope().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Address(
                event.scope().get(),
                entry.get(),
                event.number(Event.POSITION, 0),
                event.number(Event.ITEM, -1),
                event.number(Event.ATTEMPT, 1),
                event.subject(),
                event.depth(),
                event.isTimed(),
                event.number(Event.KEEPS, 0) == 1));
    }

    /** As plain Java JSON, short names: it is added to every payload. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("w", scope.workspace());
        if (scope.isRun()) {
            json.put("r", scope.run());
        }
        json.put("e", entry);
        json.put("p", position);
        if (item >= 0) {
            json.put("i", item);
        }
        json.put("a", attempt);
        json.put("t", task);
        json.put("d", depth);
        if (timed) {
            json.put("l", 1);
        }
        if (keeps) {
            json.put("k", 1);
        }
        return json;
    }

    /** Reads what {@link #toJson} wrote; empty when it is not an address. */
    public static Optional<Address> fromJson(Object json) {
        if (!(json instanceof Map<?, ?> map)
                || !(map.get("w") instanceof String w)
                || !(map.get("e") instanceof String e)
                || !(map.get("t") instanceof String t)) {
            return Optional.empty();
        }
        String run = map.get("r") instanceof String r ? r : "";
        if (!Scope.isName(w) || !run.isEmpty() && !Scope.isName(run)) {
            return Optional.empty();
        }
        return Optional.of(new Address(
                new Scope(w, run),
                e,
                number(map, "p", 0),
                number(map, "i", -1),
                number(map, "a", 1),
                t,
                number(map, "d", 0),
                number(map, "l", 0) == 1,
                number(map, "k", 0) == 1));
    }

    private static int number(Map<?, ?> map, String key, int otherwise) {
        return map.get(key) instanceof Number n ? n.intValue() : otherwise;
    }
}
