package io.triggerflow.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a command is about to change, said before it does. */
final class Changes {
    private record Change(String what, String from, String to) {}

    private final List<Change> changes = new ArrayList<>();

    /** Notes a change, if it is one. */
    Changes add(String what, String from, String to) {
        if (!from.equals(to)) {
            changes.add(new Change(what, from, to));
        }
        return this;
    }

    private Changes add(String what, Optional<?> from, Optional<?> to, String otherwise) {
        return add(
                what,
                from.map(String::valueOf).orElse(otherwise),
                to.map(String::valueOf).orElse(otherwise));
    }

    Changes add(TargetFunction.Settings from, TargetFunction.Settings to) {
        return add("on success", from.onSuccess(), to.onSuccess(), "nothing")
                .add("on failure", from.onFailure(), to.onFailure(), "nothing")
                .add("retries", from.retries(), to.retries(), String.valueOf(TargetFunction.DEFAULT_RETRIES))
                .add("event age (s)", from.ageSeconds(), to.ageSeconds(), String.valueOf(TargetFunction.DEFAULT_AGE))
                .add("recursive loop", from.recursion(), to.recursion());
    }

    boolean isEmpty() {
        return changes.isEmpty();
    }

    void print(Terminal terminal) {
        Table table = new Table("WHAT", "FROM", "TO");
        changes.forEach(c -> table.row(c.what(), c.from(), c.to()));
        table.print(
                new Terminal(terminal.in(), terminal.err(), terminal.err(), terminal.live(), Integer.MAX_VALUE), "");
    }

    @Override
    public String toString() {
        return changes.stream()
                .map(c -> c.what() + " from " + c.from() + " to " + c.to())
                .collect(Collectors.joining(", "));
    }

    ArrayNode json() {
        ArrayNode json = Session.JSON.createArrayNode();
        changes.forEach(c ->
                json.addObject().put("what", c.what()).put("from", c.from()).put("to", c.to()));
        return json;
    }
}
