package io.triggerflow.asl.interpret;

import io.triggerflow.asl.model.StateMachine;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * All that a visit of a state needs, but for the definition and the execution's own data. Immutable; {@link FrameJson} makes plain JSON of
 * it, and it is small: the input, the variables, and counters.
 *
 * @param scope the branches and items around the state, outermost first
 * @param step how many states this scope entered before
 * @param attempt how many tries of this visit came before
 * @param input the state's raw input
 * @param variables those that the state sees
 * @param retries how often each of the state's retriers was used
 * @param entered when the state was entered; null before
 * @param enteredEvent the id of the event that says so; 0 before
 * @param item the item of the innermost inline Map around; null without
 */
public record Frame(
        List<Place> scope,
        String state,
        int step,
        int attempt,
        Object input,
        Map<String, Object> variables,
        List<Integer> retries,
        Instant entered,
        long enteredEvent,
        Item item) {

    /** @param value as it came, before ItemSelector */
    public record Item(int index, Object value) {}

    public Frame {
        scope = List.copyOf(scope);
        variables = Collections.unmodifiableMap(new LinkedHashMap<>(variables));
        retries = List.copyOf(retries);
    }

    /** The first frame of an execution. */
    public static Frame start(StateMachine machine, Object input) {
        return new Frame(List.of(), machine.branch().startAt(), 0, 0, input, Map.of(), List.of(), null, 0, null);
    }

    /** Identifies this try of this visit within its execution; a pure function of how it came about. */
    public String id() {
        String around = scope.stream().map(Place::text).collect(Collectors.joining("/"));
        return (around.isEmpty() ? "" : around + "/") + Place.visit(state, step, attempt);
    }

    /** The same with another input and other variables: a state of the same scope that follows. */
    Frame next(String nextState, Object output, Map<String, Object> assigned) {
        return new Frame(scope, nextState, step + 1, 0, output, assigned, List.of(), null, 0, item);
    }

    /** The first frame of a branch or item of this state. */
    Frame inner(String startAt, int index, Object innerInput, Map<String, Object> seen, Item innerItem) {
        List<Place> deeper = new ArrayList<>(scope);
        deeper.add(new Place(state, step, attempt, index));
        return new Frame(deeper, startAt, 0, 0, innerInput, seen, List.of(), null, 0, innerItem);
    }

    Frame enter(Instant now, long event) {
        return new Frame(scope, state, step, attempt, input, variables, retries, now, event, item);
    }

    /** The next try of this visit, after one more use of a retrier. */
    Frame retry(int retrier, int count) {
        List<Integer> counts = new ArrayList<>(Collections.nCopies(count, 0));
        for (int i = 0; i < retries.size(); i++) {
            counts.set(i, retries.get(i));
        }
        counts.set(retrier, counts.get(retrier) + 1);
        return new Frame(scope, state, step, attempt + 1, input, variables, counts, entered, enteredEvent, item);
    }

    int retried(int retrier) {
        return retrier < retries.size() ? retries.get(retrier) : 0;
    }
}
