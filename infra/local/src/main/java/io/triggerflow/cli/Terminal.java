package io.triggerflow.cli;

import java.io.InputStream;
import java.io.PrintStream;

/**
 * Where output goes, and what that place can show. Standard output carries results, standard error carries progress and errors.
 *
 * @param in what a person types
 * @param out results
 * @param err progress and errors
 * @param live whether a person watches: colours, and progress drawn in place
 * @param columns the width of a line
 */
record Terminal(InputStream in, PrintStream out, PrintStream err, boolean live, int columns) {
    private static final int DEFAULT_COLUMNS = 100;

    /** The process's own; the launcher says whether both streams are a terminal, and how wide, because Java 21 cannot. */
    static Terminal ofProcess() {
        boolean live = Boolean.getBoolean("triggerflow.tty") && System.getenv("NO_COLOR") == null;
        return new Terminal(
                System.in,
                System.out,
                System.err,
                live,
                Math.max(40, Integer.getInteger("triggerflow.columns", DEFAULT_COLUMNS)));
    }

    /** The ways in which text stands out. */
    enum Style {
        BOLD("1"),
        DIM("2"),
        RED("31"),
        GREEN("32"),
        YELLOW("33"),
        BLUE("34"),
        CYAN("36");

        private final String code;

        Style(String code) {
            this.code = code;
        }
    }

    /** The text in a style, where that can be seen. */
    String styled(Style style, String text) {
        return live ? "\u001b[" + style.code + "m" + text + "\u001b[0m" : text;
    }

    void print(String line) {
        out.println(line);
    }
}
