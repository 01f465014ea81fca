package io.triggerflow.cli;

import io.triggerflow.local.usage.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** When which functions ran: a line a function, darker where more of them ran at once. Bounded, however many there were. */
final class Timeline {
    private static final String SHADES = " ▁▂▃▄▅▆▇█";

    private final Instant start;
    private final Instant end;
    private final Map<String, List<Usage.Call>> lanes = new LinkedHashMap<>();

    /** The calls of a stretch of time; functions in the order in which they first ran. */
    Timeline(List<Usage.Call> calls, Instant start, Instant end) {
        this.start = start;
        this.end = end;
        calls.stream()
                .filter(c -> c.start().isBefore(end))
                .sorted(java.util.Comparator.comparing(Usage.Call::start))
                .forEach(call -> lanes.computeIfAbsent(call.function(), name -> new ArrayList<>())
                        .add(call));
    }

    void print(Terminal terminal) {
        if (lanes.isEmpty()) {
            return;
        }
        int label = lanes.keySet().stream().mapToInt(String::length).max().orElse(0);
        int width = Math.max(20, Math.min(terminal.columns() - label - 24, 80));
        lanes.forEach((name, calls) -> {
            double[] busy = busy(calls, width);
            String bar = shaded(busy);
            double most = java.util.Arrays.stream(busy).max().orElse(0);
            terminal.print(name + " ".repeat(label - name.length()) + " "
                    + terminal.styled(Terminal.Style.CYAN, "│" + bar + "│") + " " + Text.number(calls.size())
                    + " x, up to " + Math.round(Math.ceil(most)) + " at once");
        });
        String last = Text.duration(Duration.between(start, end));
        terminal.print(" ".repeat(label + 2) + "0" + " ".repeat(Math.max(1, width - 1 - last.length())) + last);
    }

    /** How many ran at once, on average, in each of the columns. */
    private double[] busy(List<Usage.Call> calls, int width) {
        double[] busy = new double[width];
        double column = Math.max(1, Duration.between(start, end).toNanos()) / (double) width;
        for (Usage.Call call : calls) {
            double from = Math.max(0, Duration.between(start, call.start()).toNanos() / column);
            double to = Math.min(width, from + Math.max(call.took().toNanos() / column, 1e-6));
            for (int i = (int) from; i < width && i < to; i++) {
                busy[i] += Math.min(to, i + 1) - Math.max(from, i);
            }
        }
        return busy;
    }

    private static String shaded(double[] busy) {
        double most = Math.max(1e-9, java.util.Arrays.stream(busy).max().orElse(0));
        var text = new StringBuilder();
        for (double value : busy) {
            // Whatever ran at all is seen.
            int shade = value <= 0 ? 0 : Math.max(1, (int) Math.round(value / most * (SHADES.length() - 1)));
            text.append(SHADES.charAt(shade));
        }
        return text.toString();
    }
}
