package io.triggerflow.core.definition;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Changes one place of a tree: a key is lost, renamed, added or doubled, or a value becomes another. */
final class Mutation {
    private static final List<Object> VALUES = Arrays.asList(
            null,
            true,
            false,
            0,
            -1,
            2,
            1.5,
            "",
            "x",
            "a b",
            "PT5S",
            "{% $event.data %}",
            "{% ( %}",
            "always",
            "own",
            List.of(),
            List.of("x"),
            List.of(1),
            Map.of(),
            Map.of("x", 1));
    private static final List<String> KEYS = List.of(
            "id",
            "on",
            "type",
            "subject",
            "data",
            "size",
            "count",
            "workflow",
            "task",
            "run",
            "bus",
            "workspace",
            "start",
            "event",
            "name",
            "after",
            "at",
            "members",
            "then",
            "X");

    private final Random random;
    private int countdown;

    Mutation(Random random) {
        this.random = random;
    }

    Object of(Object tree) {
        countdown = random.nextInt(count(tree));
        return copy(tree);
    }

    private static int count(Object tree) {
        return 1
                + switch (tree) {
                    case Map<?, ?> map ->
                        map.values().stream().mapToInt(Mutation::count).sum();
                    case List<?> list -> list.stream().mapToInt(Mutation::count).sum();
                    case null, default -> 0;
                };
    }

    private Object copy(Object tree) {
        boolean here = countdown-- == 0;
        return switch (tree) {
            case Map<?, ?> map -> {
                Map<String, Object> copy = new LinkedHashMap<>();
                map.forEach((key, value) -> copy.put((String) key, copy(value)));
                yield here ? object(copy) : copy;
            }
            case List<?> list -> {
                List<Object> copy = new ArrayList<>();
                list.forEach(item -> copy.add(copy(item)));
                yield here ? list(copy) : copy;
            }
            case null, default -> here ? any() : tree;
        };
    }

    private Object object(Map<String, Object> map) {
        List<String> keys = List.copyOf(map.keySet());
        switch (random.nextInt(5)) {
            case 0 -> map.remove(keys.isEmpty() ? "" : keys.get(random.nextInt(keys.size())));
            case 1 -> map.put(keys.isEmpty() ? "x" : keys.get(random.nextInt(keys.size())), any());
            case 2 -> map.put(KEYS.get(random.nextInt(KEYS.size())), any());
            case 3 -> {
                if (!keys.isEmpty()) {
                    Object moved = map.remove(keys.get(random.nextInt(keys.size())));
                    map.put(KEYS.get(random.nextInt(KEYS.size())), moved);
                }
            }
            default -> {
                return any();
            }
        }
        return map;
    }

    private Object list(List<Object> list) {
        switch (random.nextInt(4)) {
            case 0 -> list.add(any());
            case 1 -> list.clear();
            case 2 -> {
                if (!list.isEmpty()) {
                    list.add(list.get(random.nextInt(list.size())));
                }
            }
            default -> {
                return any();
            }
        }
        return list;
    }

    private Object any() {
        return VALUES.get(random.nextInt(VALUES.size()));
    }
}
