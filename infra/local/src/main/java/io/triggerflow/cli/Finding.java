package io.triggerflow.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * What an examination found.
 *
 * @param level how bad it is
 * @param subject what was looked at
 * @param found what there is
 * @param next what to type, or where to read on; empty when nothing is to be done
 */
record Finding(Level level, String subject, String found, String next) {
    /** From harmless to broken. */
    enum Level {
        OK(Terminal.Style.GREEN, "ok"),
        WARN(Terminal.Style.YELLOW, "warn"),
        FAIL(Terminal.Style.RED, "fail");

        static final int WIDTH = 4;
        private final Terminal.Style style;
        private final String word;

        Level(Terminal.Style style, String word) {
            this.style = style;
            this.word = word;
        }
    }

    static Finding ok(String subject, String found) {
        return new Finding(Level.OK, subject, found, "");
    }

    static Finding warn(String subject, String found, String next) {
        return new Finding(Level.WARN, subject, found, next);
    }

    static Finding fail(String subject, String found, String next) {
        return new Finding(Level.FAIL, subject, found, next);
    }

    /** Bad only if something is not so. */
    static Finding unless(boolean good, Level otherwise, String subject, String found, String next) {
        return good ? ok(subject, found) : new Finding(otherwise, subject, found, next);
    }

    static void print(List<Finding> findings, Terminal terminal) {
        int width = findings.stream().mapToInt(f -> f.subject().length()).max().orElse(0);
        for (Finding f : findings) {
            terminal.print(terminal.styled(f.level.style, pad(f.level.word, Level.WIDTH)) + "  " + pad(f.subject, width)
                    + "  " + f.found);
            if (!f.next.isEmpty()) {
                terminal.print(
                        " ".repeat(Level.WIDTH + width + 4) + terminal.styled(Terminal.Style.BOLD, "→ " + f.next));
            }
        }
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    ObjectNode json() {
        ObjectNode json = Session.JSON
                .createObjectNode()
                .put("level", level.word)
                .put("subject", subject)
                .put("found", found);
        if (!next.isEmpty()) {
            json.put("next", next);
        }
        return json;
    }
}
