package io.triggerflow.core.route;

import io.triggerflow.core.model.Condition;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.EventPattern;
import io.triggerflow.core.model.JsonText;
import io.triggerflow.core.model.Trigger;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import software.amazon.event.ruler.Machine;

/**
 * A compiled, immutable set of triggers. Exact patterns are found by hash; all others by event-ruler's automaton, whose cost grows with
 * the event and the matches, not with the patterns. Thread-safe.
 */
public final class Router {
    private static final String ANY_SUBJECT = "";
    private final List<Trigger> triggers;
    private final Map<String, Integer> positions = new HashMap<>();
    /** type -> subject (or any) -> positions in {@link #triggers}. */
    private final Map<String, Map<String, List<Integer>>> exact = new HashMap<>();

    private final Machine machine = Machine.builder().build();
    private final List<Trigger> sizedJoins;
    private boolean hasPatterns;

    public Router(List<Trigger> triggers) {
        this.triggers = List.copyOf(triggers);
        this.sizedJoins = this.triggers.stream()
                .filter(t -> t.condition() instanceof Condition.Join j && j.isSizedLater())
                .toList();
        for (int i = 0; i < this.triggers.size(); i++) {
            positions.put(this.triggers.get(i).id(), i);
            for (EventPattern pattern : this.triggers.get(i).on()) {
                add(pattern, i);
            }
        }
    }

    private void add(EventPattern pattern, int position) {
        switch (pattern) {
            case EventPattern.Exact e ->
                exact.computeIfAbsent(e.type(), t -> new HashMap<>())
                        .computeIfAbsent(e.subject().orElse(ANY_SUBJECT), s -> new ArrayList<>(1))
                        .add(position);
            case EventPattern.Ruler r -> {
                hasPatterns = true;
                try {
                    machine.addRule(Integer.toString(position), JsonText.write(r.pattern()));
                } catch (IOException e) {
                    throw new IllegalArgumentException(
                            "Expected an event pattern on trigger '"
                                    + triggers.get(position).id() + "', but: " + e.getMessage(),
                            e);
                }
            }
        }
    }

    public List<Trigger> triggers() {
        return triggers;
    }

    /** Joins whose size is known at run time only. */
    List<Trigger> sizedJoins() {
        return sizedJoins;
    }

    public Optional<Trigger> find(String id) {
        return Optional.ofNullable(positions.get(id)).map(triggers::get);
    }

    /** The triggers that an event activates, in the order of the definition. */
    public List<Trigger> match(Event event) {
        TreeSet<Integer> found = new TreeSet<>();
        Map<String, List<Integer>> bySubject = exact.getOrDefault(event.type(), Map.of());
        found.addAll(bySubject.getOrDefault(ANY_SUBJECT, List.of()));
        if (!event.subject().isEmpty()) {
            found.addAll(bySubject.getOrDefault(event.subject(), List.of()));
        }
        if (hasPatterns) {
            found.addAll(byPattern(event));
        }
        return found.stream().map(triggers::get).toList();
    }

    private List<Integer> byPattern(Event event) {
        try {
            return machine.rulesForJSONEvent(JsonText.write(asJson(event))).stream()
                    .map(Integer::valueOf)
                    .toList();
        } catch (Exception e) {
            // event-ruler declares Exception; an event that it cannot read matches no pattern.
            return List.of();
        }
    }

    /** An event as patterns and expressions see it: its attributes, its extensions beside them, and its data. */
    public static Map<String, Object> asJson(Event event) {
        Map<String, Object> json = new LinkedHashMap<>(event.extensions());
        json.put("id", event.id());
        json.put("source", event.source());
        json.put("type", event.type());
        if (!event.subject().isEmpty()) {
            json.put("subject", event.subject());
        }
        json.put("time", event.time().toString());
        json.put("data", event.data());
        return json;
    }
}
