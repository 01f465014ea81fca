package io.triggerflow.tests.sim;

import java.util.SplittableRandom;

/**
 * How unkind a world is; probabilities a step, or a message.
 *
 * @param workers how many engines work side by side
 * @param crash that a process dies before a step
 * @param refuse that a store or queue refuses a step
 * @param unknown that a store or queue does a step, and its answer is lost
 * @param conflict that a commit is told of a conflict that there was not
 * @param throttle that a launch is refused for now
 * @param duplicate that a message is delivered as two
 * @param expire that a message becomes visible again while it is being handled
 * @param late that the time of an engine's invocation is over, so that it gives back what it has not begun
 * @param shuffle whether messages are taken in any order
 * @param batch the most messages of a batch
 * @param most how many faults there are in all
 */
public record Faults(
        int workers,
        double crash,
        double refuse,
        double unknown,
        double conflict,
        double throttle,
        double duplicate,
        double expire,
        double late,
        boolean shuffle,
        int batch,
        int most) {
    /** A kind world: one engine, in order, one message at a time. */
    public static final Faults NONE = new Faults(1, 0, 0, 0, 0, 0, 0, 0, 0, false, 1, 0);
    /** Only other orders and other batches. */
    public static final Faults ORDER = new Faults(1, 0, 0, 0, 0, 0, 0.1, 0, 0, true, 10, 50);

    /** An unkind world, drawn from a seed: often with one kind of fault alone, so that each is met undisturbed by the others. */
    static Faults drawn(SplittableRandom random) {
        boolean all = random.nextInt(3) == 0;
        int kind = random.nextInt(9);
        int workers = random.nextInt(3) == 0 ? 1 : 2 + random.nextInt(2);
        double p = random.nextInt(3) == 0 ? 0.15 : 0.04;
        return new Faults(
                workers,
                all || kind <= 1 ? p : 0,
                all || kind == 2 ? p : 0,
                all || kind == 3 ? p : 0,
                all || kind == 4 ? p * 2 : 0,
                all || kind == 5 ? p * 2 : 0,
                all || kind == 6 ? p * 2 : 0.02,
                all || kind == 7 ? p : 0,
                all || kind == 8 ? p : 0,
                random.nextInt(4) != 0,
                1 + random.nextInt(10),
                25);
    }
}
