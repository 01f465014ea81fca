package io.triggerflow.asl.data;

import java.util.UUID;

/** Random numbers that are a function of a seed (SplitMix64). Not thread-safe: one for each step. */
public final class Chance {
    private static final long GAMMA = 0x9E3779B97F4A7C15L;
    private long state;

    public Chance(long seed) {
        state = seed;
    }

    public long nextLong() {
        state += GAMMA;
        long z = state;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** At least 0, less than 1. */
    public double nextDouble() {
        return (nextLong() >>> 11) * 0x1.0p-53;
    }

    /** A UUID of version 4. */
    public String uuid() {
        long high = nextLong() & 0xFFFFFFFFFFFF0FFFL | 0x4000L;
        long low = nextLong() & 0x3FFFFFFFFFFFFFFFL | 0x8000000000000000L;
        return new UUID(high, low).toString();
    }
}
