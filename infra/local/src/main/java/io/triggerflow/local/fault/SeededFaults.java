package io.triggerflow.local.fault;

import java.util.SplittableRandom;

/** One random sequence a kind of fault. Thread-safe. */
final class SeededFaults implements Faults {

    private final Draw duplicate;
    private final Draw dropAck;
    private final Draw throttle;
    private final Draw crash;

    SeededFaults(Rates rates, SplittableRandom random) {
        this.duplicate = new Draw(rates.duplicate(), random.split());
        this.dropAck = new Draw(rates.dropAck(), random.split());
        this.throttle = new Draw(rates.throttle(), random.split());
        this.crash = new Draw(rates.crash(), random.split());
    }

    @Override
    public boolean duplicate(String where) {
        return duplicate.next();
    }

    @Override
    public boolean dropAck(String where) {
        return dropAck.next();
    }

    @Override
    public boolean throttle(String where) {
        return throttle.next();
    }

    @Override
    public boolean crash(String where) {
        return crash.next();
    }

    private static final class Draw {
        private final double rate;
        private final SplittableRandom random;

        Draw(double rate, SplittableRandom random) {
            this.rate = rate;
            this.random = random;
        }

        boolean next() {
            if (rate == 0) {
                return false;
            }
            synchronized (random) {
                return random.nextDouble() < rate;
            }
        }
    }
}
