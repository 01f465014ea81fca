package io.triggerflow.local.fault;

import java.util.SplittableRandom;

/**
 * Decides which steps of the local runtime go wrong. Each kind draws from a random sequence of its own, so that the n-th decision
 * of a kind depends on the seed, the kind and n alone, whatever other kinds are asked. Implementations are safe for concurrent calls.
 *
 * <p>{@code where} names the place for logs ({@code esm:ENGINE}, {@code invoke:MAPPER}); it does not change the decision.
 */
public interface Faults {

    /** Whether a queue message is delivered to the function once more after it was handled. */
    boolean duplicate(String where);

    /** Whether a batch that was handled is not deleted from its queue. */
    boolean dropAck(String where);

    /** Whether an Invoke is answered with TooManyRequestsException before anything happens. */
    boolean throttle(String where);

    /** Whether the execution environment dies during an invocation, after some or all of the handler's effects. */
    boolean crash(String where);

    /** Nothing goes wrong. */
    static Faults none() {
        return seeded(new Rates(0, 0, 0, 0), 0);
    }

    /** Faults at these rates; equal seeds give equal sequences of decisions. */
    static Faults seeded(Rates rates, long seed) {
        return new SeededFaults(rates, new SplittableRandom(seed));
    }

    /**
     * Probabilities of each fault, 0 to 1.
     *
     * @throws IllegalArgumentException when one is outside that range
     */
    record Rates(double duplicate, double dropAck, double throttle, double crash) {
        public Rates {
            for (double rate : new double[] {duplicate, dropAck, throttle, crash}) {
                if (!(rate >= 0 && rate <= 1)) {
                    throw new IllegalArgumentException("Expected a fault rate from 0 to 1, but got " + rate);
                }
            }
        }
    }
}
