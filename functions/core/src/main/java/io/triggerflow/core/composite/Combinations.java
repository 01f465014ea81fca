package io.triggerflow.core.composite;

import io.triggerflow.core.model.Composite.Context;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** OR, and ANY (of which AND is the case that needs all). */
final class Combinations {
    private Combinations() {}

    static void or(Turn turn) {
        for (List<Occurrence> operand : turn.in()) {
            for (Occurrence occurrence : operand) {
                if (occurrence.end() - occurrence.start() <= turn.node().within()) {
                    turn.out().add(occurrence);
                }
            }
        }
    }

    /** An occurrence of an operand. */
    private record Next(Occurrence occurrence, int operand) {}

    /** The candidates of an operand. */
    private record Choice(int operand, List<Held> candidates) {}

    /** The order is that of the occurrences, whichever their operands are: there is no other order among those that end now. */
    static void any(Turn turn) {
        List<Next> all = new ArrayList<>();
        for (int i = 0; i < turn.in().size(); i++) {
            for (Occurrence occurrence : turn.in().get(i)) {
                if (occurrence.end() - occurrence.start() <= turn.node().within()) {
                    all.add(new Next(occurrence, i));
                }
            }
        }
        all.sort(Comparator.comparing(Next::occurrence).thenComparing(Next::operand));
        all.forEach(next -> any(turn, next));
    }

    private static void any(Turn turn, Next next) {
        List<Choice> choices = new ArrayList<>();
        for (int i = 0; i < turn.in().size(); i++) {
            List<Held> candidates = i == next.operand
                    ? List.of()
                    : turn.lists().list(i).stream()
                            .filter(h ->
                                    h.reaches(next.occurrence.end(), turn.node().within()))
                            .toList();
            if (!candidates.isEmpty()) {
                choices.add(new Choice(i, candidates));
            }
        }
        int others = turn.node().count() - 1;
        boolean complete = choices.size() >= others;
        if (complete) {
            for (List<Choice> some : subsets(turn.node().context(), choices, others)) {
                combine(turn, some, new ArrayList<>(), next.occurrence);
                some.forEach(c -> consume(turn, c));
            }
        }
        Context own = context(turn, next.operand);
        if (!complete || !turn.rules().consumes(own)) {
            if (own == Context.RECENT) {
                turn.lists().list(next.operand).clear();
            }
            turn.lists().hold(next.operand, next.occurrence);
        }
    }

    private static Context context(Turn turn, int operand) {
        return turn.node().contexts().get(1 + operand);
    }

    private static void consume(Turn turn, Choice choice) {
        Context context = context(turn, choice.operand);
        if (turn.rules().consumes(context)) {
            turn.rules().chosen(context, choice.candidates).forEach(group -> turn.remove(choice.operand, group));
        }
    }

    /** Each way to take one choice an operand. Answers false once there is room for no more. */
    private static boolean combine(Turn turn, List<Choice> choices, List<Held> parts, Occurrence last) {
        if (choices.isEmpty()) {
            return turn.out().add(parts, last);
        }
        Choice first = choices.getFirst();
        for (List<Held> group : turn.rules().chosen(context(turn, first.operand), first.candidates)) {
            List<Held> more = new ArrayList<>(parts);
            more.addAll(group);
            if (!combine(turn, choices.subList(1, choices.size()), more, last)) {
                return false;
            }
        }
        return true;
    }

    /** Which operands take part, if more than are needed could. */
    private static List<List<Choice>> subsets(Context context, List<Choice> choices, int size) {
        if (choices.size() == size) {
            return List.of(choices);
        }
        return switch (context) {
            case UNRESTRICTED -> {
                List<List<Choice>> all = new ArrayList<>();
                subsets(choices, 0, size, new ArrayList<>(), all);
                yield all;
            }
            case RECENT ->
                List.of(first(
                        choices,
                        size,
                        Comparator.comparing(Combinations::latest).reversed()));
            case CHRONICLE, CONTINUOUS, CUMULATIVE ->
                List.of(first(choices, size, Comparator.comparing(Combinations::oldest)));
        };
    }

    private static Occurrence latest(Choice choice) {
        return choice.candidates.getLast().occurrence();
    }

    private static Occurrence oldest(Choice choice) {
        return choice.candidates.getFirst().occurrence();
    }

    private static List<Choice> first(List<Choice> choices, int size, Comparator<Choice> order) {
        return choices.stream()
                .sorted(order.thenComparing(Choice::operand))
                .limit(size)
                .toList();
    }

    private static void subsets(List<Choice> choices, int from, int size, List<Choice> some, List<List<Choice>> all) {
        if (some.size() == size) {
            all.add(List.copyOf(some));
            return;
        }
        if (all.size() == Output.MAX_AT_ONCE) {
            return;
        }
        for (int i = from; i <= choices.size() - (size - some.size()); i++) {
            some.add(choices.get(i));
            subsets(choices, i + 1, size, some, all);
            some.removeLast();
        }
    }
}
