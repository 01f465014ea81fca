package io.triggerflow.core.model;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Something that happened, as CloudEvents 1.0 describes it. {@code type} and {@code subject} route it.
 *
 * <p>Addressing travels in extension attributes (CloudEvents allows lower-case letters and digits only): {@link #WORKSPACE}, {@link #RUN},
 * {@link #DEPTH}, and, on a termination event, {@link #LAUNCH} and {@link #ITEM}. An event without {@link #WORKSPACE} is unaddressed.
 *
 * @param id unique within its source: an event that is delivered again has the same source and id
 * @param source who says so, a URI reference; {@link #ENGINE_SOURCE} is the engine itself
 * @param type what happened
 * @param subject to whom or what; empty when the event has none
 * @param time when it happened, by its source's clock
 * @param data JSON as plain Java: Map, List, String, Number, Boolean or {@code null}
 * @param extensions further attributes, never null values
 */
public record Event(
        String id,
        String source,
        String type,
        String subject,
        Instant time,
        Object data,
        Map<String, Object> extensions) {
    public static final String ENGINE_SOURCE = "triggerflow";
    public static final String WORKSPACE = "tfworkspace";
    public static final String RUN = "tfrun";
    public static final String DEPTH = "tfdepth";
    public static final String LAUNCH = "tflaunch";
    public static final String ITEM = "tfitem";
    /** Entry key and position of the launch that a termination event ends: where to find what was launched. */
    public static final String ENTRY = "tfentry";

    public static final String POSITION = "tfposition";
    public static final String ATTEMPT = "tfattempt";
    /** Present on the end of a launch that keeps something for those who hear of it, see {@link Launch#kept}. */
    public static final String KEEPS = "tfkeeps";
    /**
     * Present on events whose coming is watched: terminations of launches that have a time limit or belong to a workspace, timers, and
     * events that were held back. What becomes of such an event is always an entry, unless it is put aside or held, so that one read
     * tells whether it came; of several ends of one launch, the first one wins.
     */
    public static final String TIMED = "tftimed";
    /** An instant before which the event is not to be handled: it is on its way through queues that cannot hold it so long. */
    public static final String DUE = "tfdue";

    /** The longest id that is used as a key as it stands; a longer one is hashed. */
    private static final int MAX_PLAIN_KEY = 64;

    public Event {
        if (id.isEmpty() || source.isEmpty() || type.isEmpty()) {
            throw new IllegalArgumentException("Expected an event with id, source and type, but got id '" + id
                    + "', source '" + source + "', type '" + type + "'");
        }
        extensions = Map.copyOf(extensions);
    }

    /** An event of the engine itself; its id must follow from its cause. */
    public static Event ofEngine(
            String id, String type, String subject, Instant time, Object data, Map<String, Object> extensions) {
        return new Event(id, ENGINE_SOURCE, type, subject, time, data, extensions);
    }

    /** The identity by which repeats are recognised: source and id, shortened. */
    public String key() {
        if (source.equals(ENGINE_SOURCE)) {
            return id.length() <= MAX_PLAIN_KEY ? id : Ids.hash(id);
        }
        return Ids.hash(source, id);
    }

    public boolean isEngines() {
        return source.equals(ENGINE_SOURCE);
    }

    /** The workspace that the event names, if it names one. */
    public Optional<String> workspace() {
        return text(WORKSPACE);
    }

    public Optional<String> run() {
        return text(RUN);
    }

    /** The scope that the event is addressed to. */
    public Optional<Scope> scope() {
        return workspace().map(w -> new Scope(w, run().orElse("")));
    }

    /** How many transitions lie between the start of the run and this event, along its chain of causes. */
    public int depth() {
        return number(DEPTH, 0);
    }

    /** The launch that this termination event ends. */
    public Optional<String> launch() {
        return text(LAUNCH);
    }

    /** The position in a fan-out of the launch that this termination event ends. */
    public Optional<Integer> item() {
        int item = number(ITEM, -1);
        return item < 0 ? Optional.empty() : Optional.of(item);
    }

    /** Whether what becomes of this event is an entry in any case, see {@link #TIMED}. */
    public boolean isTimed() {
        return number(TIMED, 0) == 1;
    }

    /** The same event, its coming to be watched, see {@link #TIMED}. */
    public Event timed() {
        Map<String, Object> all = new LinkedHashMap<>(extensions);
        all.put(TIMED, 1);
        return new Event(id, source, type, subject, time, data, all);
    }

    public Optional<String> text(String extension) {
        return extensions.get(extension) instanceof String s && !s.isEmpty() ? Optional.of(s) : Optional.empty();
    }

    /** An integer extension; attributes that travelled as text are read too. */
    public int number(String extension, int otherwise) {
        Object value = extensions.get(extension);
        if (value instanceof Number n) {
            return n.intValue();
        }
        if (value instanceof String s
                && !s.isEmpty()
                && s.length() <= 9
                && s.chars().allMatch(Character::isDigit)) {
            return Integer.parseInt(s);
        }
        return otherwise;
    }

    /** The same event, addressed to a scope, at a depth. */
    public Event addressedTo(Scope scope, int depth) {
        Map<String, Object> all = new LinkedHashMap<>(extensions);
        all.put(WORKSPACE, scope.workspace());
        all.remove(RUN);
        if (scope.isRun()) {
            all.put(RUN, scope.run());
        }
        all.put(DEPTH, depth);
        return new Event(id, source, type, subject, time, data, all);
    }

    /** The same event with other data. */
    public Event withData(Object newData) {
        return new Event(id, source, type, subject, time, newData, extensions);
    }
}
