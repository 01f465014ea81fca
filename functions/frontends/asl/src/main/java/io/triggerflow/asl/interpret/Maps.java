package io.triggerflow.asl.interpret;

import io.triggerflow.asl.data.Scope;
import io.triggerflow.asl.data.StateFailure;
import io.triggerflow.asl.json.Json;
import io.triggerflow.asl.model.Iteration;
import io.triggerflow.asl.model.Quantity;
import io.triggerflow.asl.model.State;
import io.triggerflow.asl.model.Template;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The Map state. */
final class Maps {
    private Maps() {}

    static Step enter(Visit visit, State.Map map) {
        Object input = input(visit);
        Iteration.Reader reader = map.iteration().reader();
        if (reader != null) {
            Object arguments = reader.arguments() == null
                    ? Map.of()
                    : visit.queries.fill(
                            reader.arguments(), visit.jsonata(), visit.scope().withInput(input));
            return visit.step(new Effect.ReadItems(visit.frame(), reader.resource(), arguments, reader.loads()));
        }
        return begin(visit, map, input, items(visit, map.iteration(), input));
    }

    private static Object input(Visit visit) {
        return visit.jsonata() ? visit.frame().input() : Output.selectInput(visit);
    }

    private static List<?> items(Visit visit, Iteration iteration, Object input) {
        if (!visit.jsonata()) {
            List<?> items = visit.queries
                    .paths()
                    .items(iteration.itemsPath(), visit.scope().withInput(input));
            visit.stage("afterItemsPath", items);
            return items;
        }
        Template template =
                iteration.items() == null ? new Template("Items", "{% $states.input %}") : iteration.items();
        Object items = io.triggerflow.asl.data.JsonataLanguage.expression(template.value())
                .map(source -> visit.queries.jsonata().evaluate(source, "Items", visit.scope(), "array"))
                .orElseGet(() -> visit.queries.jsonata().fill(template, visit.scope()));
        if (items instanceof List<?> list) {
            return list;
        }
        throw StateFailure.evaluation(
                "The field 'Items' must be an array, but was " + Json.type(items) + ": " + Json.write(items), "Items");
    }

    private static Step begin(Visit visit, State.Map map, Object input, List<?> items) {
        Iteration iteration = map.iteration();
        Scope scope = visit.scope().withInput(input);
        long concurrency = quantity(visit, iteration.maxConcurrency(), scope);
        visit.stage("maxConcurrency", concurrency);
        Tolerance tolerance = tolerance(visit, iteration, scope);
        List<Object> all = new ArrayList<>(items);
        if (iteration.batcher() != null) {
            all = Batches.of(visit, iteration, all, scope);
        }
        visit.event("MapStateStarted", Map.of("length", items.size()));
        if (iteration.distributed()) {
            visit.event("MapRunStarted");
        }
        return visit.step(new Effect.Items(
                visit.frame(),
                all,
                concurrency,
                tolerance,
                iteration.distributed(),
                iteration.express(),
                iteration.label()));
    }

    private static long quantity(Visit visit, Quantity quantity, Scope scope) {
        return quantity == null ? 0 : visit.queries.integer(quantity, scope);
    }

    private static Tolerance tolerance(Visit visit, Iteration iteration, Scope scope) {
        Long count = iteration.toleratedFailureCount() == null
                ? null
                : (Long) visit.queries.integer(iteration.toleratedFailureCount(), scope);
        Double percentage = iteration.toleratedFailurePercentage() == null
                ? null
                : (Double) visit.queries.percentage(iteration.toleratedFailurePercentage(), scope);
        if (count != null) {
            visit.stage("toleratedFailureCount", count);
        }
        if (percentage != null) {
            visit.stage("toleratedFailurePercentage", percentage);
        }
        return new Tolerance(count, percentage);
    }

    /** What an item gives its processor: the item, or what ItemSelector makes of it. */
    static Object select(Visit visit, Iteration iteration, int index, Object value, Scope scope) {
        if (iteration.itemSelector() == null) {
            return value;
        }
        Map<String, Object> context = new LinkedHashMap<>(scope.context());
        context.put("Map", Visit.item(index, value));
        return visit.queries.fill(iteration.itemSelector(), visit.jsonata(), scope.withContext(context));
    }

    /** The first frame of an item. */
    static Step item(Visit visit, State.Map map, int index, Object value) {
        Iteration iteration = map.iteration();
        try {
            Scope scope = visit.scope().withInput(input(visit));
            Object input = iteration.batcher() != null ? value : select(visit, iteration, index, value, scope);
            Output.checkSize(input, map.name());
            // An item of a distributed Map is an execution of its own: it sees no variables of this one.
            Frame first = visit.frame()
                    .inner(
                            map.processor().startAt(),
                            index,
                            input,
                            iteration.distributed() ? Map.of() : visit.frame().variables(),
                            iteration.distributed() ? null : new Frame.Item(index, value));
            return visit.step(new Effect.Next(first));
        } catch (StateFailure failure) {
            String cause = failure.cause(visit.state.name(), visit.frame().enteredEvent());
            if (failure.location() != null) {
                visit.event("EvaluationFailed", Errors.evaluation(visit, failure, cause));
            }
            return visit.step(new Effect.Fail(failure.error(), cause));
        }
    }

    static Step resume(Visit visit, State.Map map, Outcome outcome) {
        return switch (outcome) {
            case Outcome.Joined joined -> joined(visit, map, joined.outputs());
            case Outcome.Failed failed ->
                Errors.handle(visit, StateFailure.plain(failed.error(), failed.cause()), true);
            case Outcome.Read read ->
                begin(
                        visit,
                        map,
                        input(visit),
                        Items.read(read.text(), map.iteration().reader(), limit(visit, map)));
            case Outcome.Listed listed -> begin(visit, map, input(visit), limited(listed.objects(), limit(visit, map)));
            case Outcome.Loaded loaded -> begin(visit, map, input(visit), loaded(visit, map, loaded.texts()));
            case Outcome.Written written -> finish(visit, map, written.details());
            case Outcome.Succeeded other -> throw Interpreter.misplaced(visit, other);
            case Outcome.TimedOut other -> throw Interpreter.misplaced(visit, other);
            case Outcome.Submitted other -> throw Interpreter.misplaced(visit, other);
            case Outcome.Elapsed other -> throw Interpreter.misplaced(visit, other);
        };
    }

    /** How many items are read at most; 0: all. */
    private static long limit(Visit visit, State.Map map) {
        Quantity limit = map.iteration().reader().maxItems();
        return quantity(visit, limit, visit.scope().withInput(input(visit)));
    }

    private static List<?> limited(List<?> items, long limit) {
        return limit > 0 && limit < items.size() ? items.subList(0, (int) limit) : items;
    }

    private static List<?> loaded(Visit visit, State.Map map, List<String> texts) {
        long limit = limit(visit, map);
        List<Object> items = new ArrayList<>();
        for (String text : texts) {
            items.addAll(Items.read(text, map.iteration().reader(), limit));
            if (limit > 0 && items.size() >= limit) {
                break;
            }
        }
        return limited(items, limit);
    }

    private static Step joined(Visit visit, State.Map map, List<Object> outputs) {
        Iteration.Writer writer = map.iteration().writer();
        if (writer == null
                || writer.resource() == null && writer.transformation() == Iteration.Transformation.COMPACT) {
            return finish(visit, map, outputs);
        }
        if (writer.resource() == null && writer.transformation() != Iteration.Transformation.NONE) {
            return finish(visit, map, writer.transformation() == null ? outputs : flattened(outputs));
        }
        Object arguments = writer.arguments() == null
                ? Map.of()
                : visit.queries.fill(
                        writer.arguments(), visit.jsonata(), visit.scope().withInput(input(visit)));
        Iteration.Transformation shape =
                writer.transformation() == null ? Iteration.Transformation.NONE : writer.transformation();
        return visit.step(
                new Effect.WriteResults(visit.frame(), writer.resource(), arguments, shape, writer.lines(), outputs));
    }

    private static List<Object> flattened(List<Object> outputs) {
        List<Object> flat = new ArrayList<>();
        for (Object output : outputs) {
            if (output instanceof List<?> list) {
                flat.addAll(list);
            } else {
                flat.add(output);
            }
        }
        return flat;
    }

    private static Step finish(Visit visit, State.Map map, Object result) {
        if (map.iteration().distributed()) {
            visit.event("MapRunSucceeded");
        }
        visit.event("MapStateSucceeded");
        return Output.leaveWith(visit, result, map.resultSelector(), map.resultPath());
    }
}
