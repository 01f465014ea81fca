package io.triggerflow.cli;

import java.util.ArrayList;
import java.util.List;

/** Rows in aligned columns; the last column is cut to the width of the line. Cells that are numbers stand to the right. */
final class Table {
    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();

    Table(String... heads) {
        rows.add(List.of(heads));
    }

    Table row(Object... cells) {
        rows.add(java.util.Arrays.stream(cells)
                .map(c -> String.valueOf(c).replace('\n', ' '))
                .toList());
        return this;
    }

    /** Prints the table; without rows only what there is none of. */
    void print(Terminal terminal, String none) {
        if (rows.size() == 1) {
            terminal.print(none);
            return;
        }
        int[] widths = widths();
        for (int i = 0; i < rows.size(); i++) {
            String line = line(rows.get(i), widths, terminal.columns());
            terminal.print(i == 0 ? terminal.styled(Terminal.Style.BOLD, line) : colored(terminal, line));
        }
    }

    private int[] widths() {
        int[] widths = new int[rows.getFirst().size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        return widths;
    }

    private static String line(List<String> row, int[] widths, int columns) {
        var line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String cell = row.get(i);
            String pad = " ".repeat(widths[i] - cell.length());
            boolean number = cell.matches("[-$]?[0-9][0-9,.]*( ?(ms|s|%|MB|KB))?");
            line.append(i == 0 ? "" : GAP).append(number && i < widths.length - 1 ? pad + cell : cell + pad);
        }
        String text = line.toString().stripTrailing();
        return text.length() > columns && columns > 1 ? text.substring(0, columns - 1) + "…" : text;
    }

    private static String colored(Terminal terminal, String line) {
        return line.replaceFirst("\\bSUCCEEDED\\b", escaped(terminal.styled(Terminal.Style.GREEN, "SUCCEEDED")))
                .replaceFirst(
                        "\\b(FAILED|TIMED_OUT)\\b",
                        escaped(terminal.styled(Terminal.Style.RED, "@1")).replace("@1", "$1"))
                .replaceFirst("\\bCANCELLED\\b", escaped(terminal.styled(Terminal.Style.YELLOW, "CANCELLED")));
    }

    private static String escaped(String text) {
        return java.util.regex.Matcher.quoteReplacement(text);
    }
}
