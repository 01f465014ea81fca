package io.triggerflow.core.composite;

import io.triggerflow.core.model.Composite;
import io.triggerflow.core.model.Composite.Context;
import io.triggerflow.core.model.Composite.Modified;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Random composite events and histories. */
final class Randoms {
    /** An event of a history. */
    record Happened(String name, String key, long at) {}

    static final int OPERATORS = 13;
    private static final String RARE = "r";
    private static final List<String> NAMES = List.of("a", "b", "c", "d");

    private final Random random;

    Randoms(Random random) {
        this.random = random;
    }

    Duration seconds(int most) {
        return Duration.ofSeconds(1 + random.nextInt(most));
    }

    Context context() {
        return Context.values()[random.nextInt(Context.values().length)];
    }

    /** An expression whose outermost operator is the given one, in the given context. */
    Composite rooted(int operator, Context context, int depth) {
        return new Modified(
                operator(operator, depth),
                operator != 10 && random.nextInt(3) == 0 ? Optional.of(seconds(12)) : Optional.empty(),
                Optional.of(context),
                Optional.empty());
    }

    Composite operator(int operator, int depth) {
        return switch (operator) {
            case 0 -> new Composite.Or(several(depth, false));
            case 1 -> new Composite.And(several(depth, true));
            case 2 -> {
                List<Composite> of = several(depth, true);
                of.set(of.size() - 1, event(depth - 1));
                yield new Composite.Seq(of);
            }
            case 3 -> {
                List<Composite> of = several(depth, true);
                of.add(operand(depth, true));
                yield new Composite.Any(2 + random.nextInt(of.size() - 1), of);
            }
            case 4 -> new Composite.Not(absent(depth - 1), operand(depth, true), event(depth - 1));
            case 5 -> new Composite.Absent(absent(depth - 1), operand(depth, true), seconds(6));
            case 6, 7 ->
                new Composite.Aperiodic(operand(depth, true), event(depth - 1), event(depth - 1), operator == 7);
            case 8, 9 -> new Composite.Periodic(operand(depth, true), seconds(4), event(depth - 1), operator == 9);
            case 10 -> new Composite.Plus(event(depth - 1), seconds(6));
            case 11 -> new Composite.Times(2 + random.nextInt(2), event(depth - 1));
            default -> new Composite.Every(2 + random.nextInt(2), event(depth - 1));
        };
    }

    private List<Composite> several(int depth, boolean held) {
        List<Composite> of = new ArrayList<>();
        int n = 2 + random.nextInt(2);
        for (int i = 0; i < n; i++) {
            of.add(operand(depth, held));
        }
        return of;
    }

    private Composite operand(int depth, boolean held) {
        Composite event = event(depth - 1);
        if (!held || random.nextInt(6) != 0) {
            return event;
        }
        return event instanceof Modified m
                ? new Modified(m.of(), m.within(), m.context(), Optional.of(context()))
                : new Modified(event, Optional.empty(), Optional.empty(), Optional.of(context()));
    }

    private Composite event(int depth) {
        if (depth <= 0 || random.nextBoolean()) {
            return new Composite.Primitive(name());
        }
        Composite plain = operator(random.nextInt(OPERATORS), depth);
        Optional<Duration> within = !(plain instanceof Composite.Plus) && random.nextInt(5) == 0
                ? Optional.of(seconds(10))
                : Optional.empty();
        Optional<Context> context = random.nextInt(4) == 0 ? Optional.of(context()) : Optional.empty();
        return within.isEmpty() && context.isEmpty() ? plain : new Modified(plain, within, context, Optional.empty());
    }

    /** Half of them rare, lest nothing be without them. */
    private Composite absent(int depth) {
        return random.nextBoolean() ? new Composite.Primitive(RARE) : event(depth);
    }

    private String name() {
        return NAMES.get(random.nextInt(NAMES.size()));
    }

    /** Events with ties in time; some are of two kinds at once. */
    List<Happened> history(long from, int seconds) {
        List<Happened> history = new ArrayList<>();
        int n = 6 + random.nextInt(9);
        for (int i = 0; i < n; i++) {
            long at = from + 1000L * random.nextInt(seconds);
            String key = "k" + random.nextInt(1000) + "." + i;
            history.add(new Happened(random.nextInt(10) == 0 ? RARE : name(), key, at));
            if (random.nextInt(8) == 0) {
                history.add(new Happened(name(), key, at));
            }
        }
        return history;
    }
}
