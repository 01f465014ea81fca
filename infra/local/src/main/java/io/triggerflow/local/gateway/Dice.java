package io.triggerflow.local.gateway;

import java.util.SplittableRandom;

/** Random decisions of one kind; thread-safe. The n-th decision depends on the seed, the kind and n alone. */
final class Dice {
    private final double rate;
    private final SplittableRandom random;

    Dice(double rate, long seed, String kind) {
        this.rate = rate;
        this.random = new SplittableRandom(seed ^ ((long) kind.hashCode() << 32 | kind.length()));
    }

    synchronized boolean roll() {
        return rate > 0 && random.nextDouble() < rate;
    }
}
