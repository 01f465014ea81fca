package io.triggerflow.cli;

import com.fasterxml.jackson.databind.JsonNode;

/** What orchestration uses of each service, by what is done: {@code counted.json}, held to what is counted by a test. Immutable. */
public final class Counted {
    private final JsonNode file = Prices.resource("counted.json");

    private Counted() {}

    /** Reads the file. */
    public static Counted load() {
        return new Counted();
    }

    /**
     * How much something uses.
     *
     * @param what is done: {@code run}, {@code transition}, {@code member 10} and so on
     * @param of what: {@code writeUnits}, {@code readUnits}, {@code engineMillis}
     */
    public double of(String what, String of) {
        JsonNode value = file.path(what).path(of);
        if (!value.isNumber()) {
            throw new IllegalArgumentException("Expected a number for " + of + " of " + what + " in counted.json");
        }
        return value.asDouble();
    }

    /** The name of a join's member, as batches of a size bring it: the next smaller size that is counted. */
    public static String member(int batch) {
        return "member " + (batch >= 1_000 ? 1_000 : batch >= 100 ? 100 : 10);
    }
}
