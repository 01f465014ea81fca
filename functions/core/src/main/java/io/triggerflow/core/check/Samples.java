package io.triggerflow.core.check;

import io.triggerflow.core.model.Action;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Data for runs that are made up: inputs, results of functions, events from outside. Deterministic. */
final class Samples {
    private static final Pattern CONTEXT = Pattern.compile("\\$?run\\.context\\.([A-Za-z_][A-Za-z0-9_]*)");

    private final List<Bundle.Placed> all;
    private final Map<String, List<Texts.Text>> texts = new HashMap<>();
    private final Map<String, List<Wanted>> wanted = new HashMap<>();
    private final Map<String, Shape> shapes = new HashMap<>();
    private final Shape input = new Shape();

    Samples(Bundle bundle) {
        this.all = bundle.all();
        Map<String, List<Texts.Text>> own = new LinkedHashMap<>();
        for (Bundle.Placed p : all) {
            own.computeIfAbsent(p.id(), i -> new ArrayList<>()).addAll(Texts.of(p.trigger()));
            wanted.computeIfAbsent(p.id(), i -> new ArrayList<>())
                    .addAll(p.trigger().on().stream().map(Wanted::of).toList());
        }
        own.forEach((id, some) -> texts.put(id, new ArrayList<>(some)));
        alias(own);
        for (Bundle.Placed p : all) {
            boolean starts = wanted.get(p.id()).stream().anyMatch(Wanted::isStart);
            for (Texts.Text text : texts.get(p.id())) {
                input.read(text, Shape.Prefix.INPUT);
                if (starts) {
                    input.read(text, Shape.Prefix.EVENT);
                }
            }
        }
    }

    /** What a key of the context decides, the value decides that it is set from, where another trigger sets it. */
    private void alias(Map<String, List<Texts.Text>> own) {
        Map<String, Set<Texts.Text>> readers = new HashMap<>();
        own.values()
                .forEach(some -> some.forEach(text -> {
                    Matcher key = CONTEXT.matcher(text.source());
                    while (key.find()) {
                        readers.computeIfAbsent(key.group(1), k -> new LinkedHashSet<>())
                                .add(text);
                    }
                }));
        for (Bundle.Placed p : all) {
            for (Action action : Bundle.actions(p.trigger()).values()) {
                if (action instanceof Action.SetContext set) {
                    set.values().forEach((key, template) -> source(template).ifPresent(path -> readers.getOrDefault(
                                    key, Set.of())
                            .forEach(reader -> texts.get(p.id())
                                    .add(new Texts.Text(
                                            reader.source().replace("$run.context." + key, path), reader.use())))));
                }
            }
        }
    }

    /** The path that a template hands on as it is. */
    private static Optional<String> source(Object template) {
        return template instanceof String text
                ? io.triggerflow.core.expression.Templates.expression(text)
                        .map(e -> e.source())
                        .filter(s -> s.matches("\\$(event\\.data|run\\.input)(\\.[A-Za-z_][A-Za-z0-9_]*)*"))
                : Optional.empty();
    }

    int inputs() {
        return input.variants();
    }

    Object input(int variant) {
        return input.isEmpty() ? Map.of() : input.sample(variant, 1);
    }

    /** In how many ways the data of such an event decide something. */
    int variants(String type, String subject) {
        return shape(type, subject).variants();
    }

    /** Data of an event. */
    Object data(String type, String subject, int variant, int tag) {
        Shape shape = shape(type, subject);
        return shape.isEmpty() ? Map.of("result", tag) : shape.sample(variant, tag);
    }

    private Shape shape(String type, String subject) {
        return shapes.computeIfAbsent(type + "\0" + subject, k -> {
            Shape shape = new Shape();
            for (Bundle.Placed p : all) {
                boolean sees =
                        wanted.get(p.id()).stream().anyMatch(w -> w.mayBe(Optional.of(type), Optional.of(subject)));
                if (sees) {
                    texts.get(p.id()).forEach(text -> {
                        shape.read(text, Shape.Prefix.EVENT);
                        shape.read(text, Shape.Prefix.RESULTS);
                    });
                }
            }
            return shape;
        });
    }
}
