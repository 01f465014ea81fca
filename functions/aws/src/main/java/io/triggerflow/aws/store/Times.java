package io.triggerflow.aws.store;

import java.time.Instant;

/** Instants as JSON: a number of milliseconds where that is exact, else ISO-8601 text. */
final class Times {
    private static final int NANOS_A_MILLI = 1_000_000;

    private Times() {}

    static Object write(Instant at) {
        boolean exact = at.getNano() % NANOS_A_MILLI == 0 && Math.abs(at.getEpochSecond()) < 1L << 40;
        return exact ? at.toEpochMilli() : at.toString();
    }

    static Instant read(Object json) {
        return json instanceof Number millis
                ? Instant.ofEpochMilli(millis.longValue())
                : Instant.parse(String.valueOf(json));
    }
}
