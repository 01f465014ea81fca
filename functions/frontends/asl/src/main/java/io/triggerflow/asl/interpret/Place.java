package io.triggerflow.asl.interpret;

import java.nio.charset.StandardCharsets;

/**
 * A branch of a Parallel or an item of a Map.
 *
 * @param state the Parallel or Map
 * @param step which visit of it, counted within its own scope
 * @param attempt which try of that visit
 * @param index of the branch or item
 */
public record Place(String state, int step, int attempt, int index) {
    /** As part of an id: "Process#2[3]"; retries after the first try are numbered: "Process#2.1[3]". */
    public String text() {
        return visit(state, step, attempt) + "[" + index + "]";
    }

    static String visit(String state, int step, int attempt) {
        return escape(state) + "#" + step + (attempt == 0 ? "" : "." + attempt);
    }

    private static String escape(String name) {
        StringBuilder out = new StringBuilder();
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            if (b > ' ' && b < 127 && "/#[]%.".indexOf(b) < 0) {
                out.append((char) b);
            } else {
                out.append(String.format("%%%02X", b));
            }
        }
        return out.toString();
    }
}
