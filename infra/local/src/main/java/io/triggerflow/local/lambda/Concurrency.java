package io.triggerflow.local.lambda;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/** Counts running invocations against the account's limit and the functions' reserved shares of it. Thread-safe. */
final class Concurrency {

    private final int accountLimit;
    private final Map<String, Integer> reserved = new HashMap<>();
    private final Map<String, Integer> running = new HashMap<>();
    private int unreservedRunning;

    Concurrency(int accountLimit) {
        this.accountLimit = accountLimit;
    }

    synchronized void reserve(String function, OptionalInt share) {
        if (share.isPresent()) {
            reserved.put(function, share.getAsInt());
        } else {
            reserved.remove(function);
        }
    }

    /** Takes one place for the function, if there is one; to be given back by {@link #release}. */
    synchronized boolean tryAcquire(String function) {
        int now = running.getOrDefault(function, 0);
        Integer own = reserved.get(function);
        if (own != null
                ? now >= own
                : unreservedRunning
                        >= accountLimit
                                - reserved.values().stream()
                                        .mapToInt(Integer::intValue)
                                        .sum()) {
            return false;
        }
        running.put(function, now + 1);
        if (own == null) {
            unreservedRunning++;
        }
        return true;
    }

    synchronized void release(String function) {
        running.merge(function, -1, Integer::sum);
        if (!reserved.containsKey(function)) {
            unreservedRunning = Math.max(0, unreservedRunning - 1);
        }
    }
}
