package io.triggerflow.asl.interpret;

import java.util.ArrayList;
import java.util.List;

/** CSV as RFC 4180 has it: quotes around a field, doubled within one; empty lines are no rows. */
final class Csv {
    private final String text;
    private final char delimiter;
    private int at;

    private Csv(String text, char delimiter) {
        this.text = text;
        this.delimiter = delimiter;
    }

    static List<List<String>> rows(String text, char delimiter) {
        Csv csv = new Csv(text.startsWith("\uFEFF") ? text.substring(1) : text, delimiter);
        List<List<String>> rows = new ArrayList<>();
        while (csv.at < csv.text.length()) {
            List<String> row = csv.row();
            if (row.size() > 1 || !row.getFirst().isEmpty()) {
                rows.add(row);
            }
        }
        return rows;
    }

    private List<String> row() {
        List<String> row = new ArrayList<>();
        while (true) {
            row.add(at < text.length() && text.charAt(at) == '"' ? quoted() : plain());
            if (at >= text.length() || text.charAt(at++) != delimiter) {
                break;
            }
        }
        if (at < text.length() && text.charAt(at - 1) == '\r' && text.charAt(at) == '\n') {
            at++;
        }
        return row;
    }

    private String plain() {
        int start = at;
        while (at < text.length() && text.charAt(at) != delimiter && "\r\n".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        return text.substring(start, at);
    }

    private String quoted() {
        StringBuilder field = new StringBuilder();
        at++;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c != '"') {
                field.append(c);
            } else if (at < text.length() && text.charAt(at) == '"') {
                field.append('"');
                at++;
            } else {
                break;
            }
        }
        return field + plain();
    }
}
