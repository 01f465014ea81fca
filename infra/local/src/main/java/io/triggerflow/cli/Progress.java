package io.triggerflow.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Progress on standard error: drawn in place where a person watches, a line every few seconds elsewhere. Used by one thread. */
final class Progress implements AutoCloseable {
    private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);

    private final Terminal terminal;
    private final boolean silent;
    private int drawn;
    private Instant told = Instant.EPOCH;
    private String last = "";

    Progress(Session session) {
        this.terminal = session.terminal();
        this.silent = session.json();
    }

    /** Shows how it stands: in place all lines, otherwise the summary, not too often, and only when it has changed. */
    void show(String summary, List<String> lines) {
        if (silent) {
            return;
        }
        if (terminal.live()) {
            erase();
            lines.forEach(terminal.err()::println);
            drawn = lines.size();
        } else if (!summary.equals(last)
                && Duration.between(told, Instant.now()).compareTo(BETWEEN_LINES) >= 0) {
            terminal.err().println(summary);
            told = Instant.now();
            last = summary;
        }
        terminal.err().flush();
    }

    private void erase() {
        if (drawn > 0) {
            terminal.err().print("\u001b[" + drawn + "A\u001b[J");
            drawn = 0;
        }
    }

    /** A bar of this many of all, in {@code width} characters. */
    static String bar(long done, long all, int width) {
        int full = all <= 0 ? 0 : (int) Math.min(width, done * width / all);
        return "█".repeat(full) + "░".repeat(width - full);
    }

    /** Takes the drawing away; what follows is the result. */
    @Override
    public void close() {
        if (terminal.live() && !silent) {
            erase();
            terminal.err().flush();
        }
    }
}
