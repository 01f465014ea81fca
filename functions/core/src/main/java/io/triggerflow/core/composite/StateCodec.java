package io.triggerflow.core.composite;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** The stored form of a {@link State}. Constituents are written once, and referred to by their positions. */
final class StateCodec {
    /** Of the form; older ones stay readable for ever. */
    private static final int VERSION = 1;

    private StateCodec() {}

    static Map<String, Object> write(State state) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("version", VERSION);
        values.put("of", state.of());
        if (state.watermark() != State.NEVER) {
            values.put("watermark", state.watermark());
        }
        if (state.forgotten() != State.NEVER) {
            values.put("forgotten", state.forgotten());
        }
        if (state.dropped() > 0) {
            values.put("dropped", state.dropped());
        }
        put(
                values,
                "seen",
                state.seen().stream()
                        .<Object>map(s -> List.of(s.said(), s.key()))
                        .toList());
        put(
                values,
                "waiting",
                state.waiting().stream()
                        .<Object>map(w -> List.of(w.at(), w.key(), w.said(), List.copyOf(w.names())))
                        .toList());
        SortedMap<Constituent, Integer> constituents = numbered(state);
        put(
                values,
                "constituents",
                constituents.keySet().stream().map(StateCodec::write).toList());
        Map<String, Object> held = new LinkedHashMap<>();
        new TreeMap<>(state.held())
                .forEach((node, lists) -> held.put(
                        Integer.toString(node),
                        lists.stream()
                                .<Object>map(l -> l.stream()
                                        .<Object>map(h -> write(h, constituents))
                                        .toList())
                                .toList()));
        if (!held.isEmpty()) {
            values.put("held", held);
        }
        Map<String, Object> kept = new LinkedHashMap<>();
        new TreeMap<>(state.kept()).forEach((key, k) -> kept.put(key, k.value()));
        if (!kept.isEmpty()) {
            values.put("kept", kept);
        }
        return values;
    }

    private static void put(Map<String, Object> values, String key, List<Object> list) {
        if (!list.isEmpty()) {
            values.put(key, list);
        }
    }

    private static SortedMap<Constituent, Integer> numbered(State state) {
        TreeSet<Constituent> all = new TreeSet<>();
        state.held()
                .values()
                .forEach(lists -> lists.forEach(
                        l -> l.forEach(h -> all.addAll(h.occurrence().of()))));
        SortedMap<Constituent, Integer> numbered = new TreeMap<>();
        all.forEach(c -> numbered.put(c, numbered.size()));
        return numbered;
    }

    private static Object write(Constituent constituent) {
        return switch (constituent) {
            case Constituent.Named n -> List.of(n.at(), n.key(), n.name());
            case Constituent.Ticks t -> List.of(t.at(), t.every(), t.count());
        };
    }

    private static Object write(Held held, Map<Constituent, Integer> constituents) {
        Occurrence o = held.occurrence();
        List<Object> times = new ArrayList<>(List.of(o.start(), o.end()));
        if (held.spoiled() != Held.NEVER) {
            times.add(held.spoiled());
        }
        return List.of(times, o.of().stream().map(constituents::get).toList());
    }

    static State read(Map<String, Object> values) {
        try {
            return readUnchecked(values);
        } catch (ClassCastException | IndexOutOfBoundsException | NullPointerException | NumberFormatException e) {
            throw new IllegalArgumentException("Expected the state of a composite event, but: " + e, e);
        }
    }

    private static State readUnchecked(Map<String, Object> values) {
        if (number(values.get("version")) != VERSION) {
            throw new IllegalArgumentException("Expected the state of a composite event of version " + VERSION
                    + ", but got version " + values.get("version"));
        }
        List<Constituent> constituents = list(values.get("constituents")).stream()
                .map(StateCodec::constituent)
                .toList();
        Map<Integer, List<List<Held>>> held = new TreeMap<>();
        map(values.get("held"))
                .forEach((node, lists) -> held.put(
                        Integer.valueOf((String) node),
                        list(lists).stream()
                                .map(l -> list(l).stream()
                                        .map(h -> held(list(h), constituents))
                                        .toList())
                                .toList()));
        Map<String, Kept> kept = new TreeMap<>();
        map(values.get("kept")).forEach((key, value) -> kept.put((String) key, Kept.of(value)));
        return new State(
                (String) values.get("of"),
                time(values.get("watermark")),
                time(values.get("forgotten")),
                list(values.get("seen")).stream().map(s -> seen(list(s))).toList(),
                list(values.get("waiting")).stream().map(w -> waiting(list(w))).toList(),
                held,
                kept,
                values.containsKey("dropped") ? number(values.get("dropped")) : 0);
    }

    private static State.Seen seen(List<?> row) {
        return new State.Seen(number(row.get(0)), (String) row.get(1));
    }

    private static State.Waiting waiting(List<?> row) {
        TreeSet<String> names = new TreeSet<>();
        list(row.get(3)).forEach(n -> names.add((String) n));
        return new State.Waiting(number(row.get(0)), (String) row.get(1), number(row.get(2)), names);
    }

    private static Constituent constituent(Object row) {
        List<?> parts = list(row);
        long at = number(parts.get(0));
        return parts.get(1) instanceof String key
                ? new Constituent.Named((String) parts.get(2), key, at)
                : new Constituent.Ticks(at, number(parts.get(1)), number(parts.get(2)));
    }

    private static Held held(List<?> row, List<Constituent> constituents) {
        List<?> times = list(row.get(0));
        List<Constituent> of = list(row.get(1)).stream()
                .map(i -> constituents.get((int) number(i)))
                .toList();
        return new Held(
                new Occurrence(number(times.get(0)), number(times.get(1)), of),
                times.size() > 2 ? number(times.get(2)) : Held.NEVER);
    }

    private static long time(Object value) {
        return value == null ? State.NEVER : number(value);
    }

    private static long number(Object value) {
        return ((Number) value).longValue();
    }

    private static List<?> list(Object value) {
        return value == null ? List.of() : (List<?>) value;
    }

    private static Map<?, ?> map(Object value) {
        return value == null ? Map.of() : (Map<?, ?>) value;
    }
}
