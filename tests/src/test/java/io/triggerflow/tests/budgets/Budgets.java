package io.triggerflow.tests.budgets;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** Collects what was measured beside what is allowed. */
final class Budgets {
    /** One line of the table. */
    record Line(String what, double measured, OptionalDouble allowed, String unit) {
        boolean isKept() {
            return allowed.isEmpty() || measured <= allowed.getAsDouble() + 1e-9;
        }

        String limit() {
            return allowed.isEmpty() ? "-" : String.format("%.3f", allowed.getAsDouble());
        }
    }

    private final List<Line> lines = new ArrayList<>();

    void add(String what, double measured, double allowed, String unit) {
        lines.add(new Line(what, measured, OptionalDouble.of(allowed), unit));
    }

    /** What is measured for people: no budget bounds it. */
    void tell(String what, double measured, String unit) {
        lines.add(new Line(what, measured, OptionalDouble.empty(), unit));
    }

    List<Line> broken() {
        return lines.stream().filter(l -> !l.isKept()).toList();
    }

    void print(PrintStream out) {
        out.printf("%-74s %12s %12s%n", "budget", "measured", "allowed");
        lines.forEach(l -> out.printf(
                "%-74s %12.3f %12s %s%s%n",
                l.what(), l.measured(), l.limit(), l.unit(), l.isKept() ? "" : "   <-- BROKEN"));
    }

    void write(Path file) throws IOException {
        ArrayNode array = Rig.JSON.createArrayNode();
        for (Line l : lines) {
            ObjectNode line = array.addObject()
                    .put("budget", l.what())
                    .put("measured", l.measured())
                    .put("unit", l.unit())
                    .put("kept", l.isKept());
            l.allowed().ifPresent(allowed -> line.put("allowed", allowed));
        }
        Files.createDirectories(file.getParent());
        Rig.JSON.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), array);
    }
}
