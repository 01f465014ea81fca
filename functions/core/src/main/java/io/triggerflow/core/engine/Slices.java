package io.triggerflow.core.engine;

import io.triggerflow.core.model.Action;
import io.triggerflow.core.model.Address;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.Launch;
import io.triggerflow.core.model.RetryPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the slices of fan-outs, as {@link Outbox} wrote them. */
final class Slices {
    private Slices() {}

    /** A part of a fan-out, the items from {@code from} on, of {@code count} in all. */
    record Slice(Launch.FanOut fanOut, List<Object> items, int from, int count) {}

    @SuppressWarnings("unchecked") // The engine wrote it.
    static Slice read(Event event) {
        Map<String, Object> data = (Map<String, Object>) event.data();
        Address address = Address.fromJson(data.get("address"))
                .orElseThrow(() ->
                        new IllegalArgumentException("Expected a slice's address, but got " + data.get("address")));
        String timeout = String.valueOf(data.get("timeout"));
        // What follows a failure is read from the entry that holds the fan-out: a slice need not carry it.
        var options = new Launch.Invocation(
                RetryPolicy.NONE,
                timeout.isEmpty() ? Optional.empty() : Optional.of(Duration.parse(timeout)),
                Action.Correlation.valueOf(String.valueOf(data.get("correlation"))),
                Optional.empty(),
                Answers.fromJson(data.get("answer")));
        List<Object> items = (List<Object>) data.get("items");
        Launch.FanOut fanOut = new Launch.FanOut(
                address,
                String.valueOf(data.get("trigger")),
                String.valueOf(data.get("function")),
                List.of(),
                Optional.ofNullable(data.get("template")),
                data.get("with"),
                options);
        return new Slice(
                fanOut, items, ((Number) data.get("from")).intValue(), ((Number) data.get("count")).intValue());
    }
}
