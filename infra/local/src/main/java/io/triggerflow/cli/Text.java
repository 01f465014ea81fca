package io.triggerflow.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** How values look to people. */
final class Text {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneId.systemDefault());

    private Text() {}

    static String time(Instant at) {
        return TIME.format(at);
    }

    /** As short as is still exact enough: 12 ms, 3.4 s, 2 m 05 s, 3 h 07 m, 4 d 5 h. */
    static String duration(Duration time) {
        long millis = Math.max(0, time.toMillis());
        if (millis < 1_000) {
            return millis + " ms";
        }
        if (millis < 60_000) {
            return String.format(Locale.ROOT, "%.1f s", millis / 1_000.0);
        }
        long seconds = millis / 1_000;
        if (seconds < 3_600) {
            return String.format(Locale.ROOT, "%d m %02d s", seconds / 60, seconds % 60);
        }
        long hours = seconds / 3_600;
        return hours < 48
                ? String.format(Locale.ROOT, "%d h %02d m", hours, seconds % 3_600 / 60)
                : hours / 24 + " d " + hours % 24 + " h";
    }

    static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    static String count(long value, String one) {
        return number(value) + " " + one + (value == 1 ? "" : "s");
    }

    /** Dollars with three digits that count: $0.00412. */
    static String dollars(double value) {
        if (value == 0) {
            return "$0";
        }
        int decimals = value >= 1 ? 2 : Math.min(9, 2 - (int) Math.floor(Math.log10(value)));
        return "$" + String.format(Locale.ROOT, "%." + decimals + "f", value);
    }

    static String shortened(String text, int length) {
        String line = text.strip().replaceAll("\\s+", " ");
        return line.length() <= length ? line : line.substring(0, Math.max(0, length - 1)) + "…";
    }
}
