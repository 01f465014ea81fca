package io.triggerflow.aws.handler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.triggerflow.aws.json.Json;
import io.triggerflow.aws.store.DynamoStore;
import io.triggerflow.aws.store.LocalTable;
import io.triggerflow.core.control.Control;
import io.triggerflow.core.decide.Extensions;
import io.triggerflow.core.definition.DefinitionReader;
import io.triggerflow.core.engine.Ports;
import io.triggerflow.core.engine.Sweeper;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.port.EventSink;
import io.triggerflow.core.port.Launcher;
import io.triggerflow.core.port.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.RegisterExtension;

class SweeperTest {
    @RegisterExtension
    static final Local LOCAL = new Local();

    private static final String BUNDLE =
            "{\"workflow\":\"w\",\"triggers\":[{\"id\":\"t\",\"on\":{\"start\":true},\"actions\":[]}]}";

    static final class Local implements BeforeAllCallback {
        private LocalTable table;

        @Override
        public void beforeAll(ExtensionContext context) {
            table = LocalTable.of(context);
        }
    }

    @Test
    void aRunThatCannotBeCheckedHoldsUpNoOther() {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-03-01T12:00:00Z"));
        Set<String> sent = new TreeSet<>();
        AtomicReference<String> refused = new AtomicReference<>("");
        EventSink sink = new EventSink() {
            @Override
            public void send(List<Outgoing> events) {
                String run = events.getFirst().event().run().orElse("");
                if (run.equals(refused.get())) {
                    throw new StoreException("no", null);
                }
                sent.add(run);
            }

            @Override
            public void sendAt(Event event, Instant due, Instant at) {
                throw new IllegalStateException("Expected nothing for later, but got " + event);
            }
        };
        DynamoStore store = LOCAL.table.store(now::get);
        Ports ports =
                new Ports(store, store, launch -> new Launcher.Outcome.Accepted(), sink, now::get, new VirtualFork());
        Control control = new Control(ports, Extensions.NONE);
        control.deploy("sweeper", new DefinitionReader(e -> Optional.empty()).definition(Json.read(BUNDLE)));
        for (String run : List.of("a", "b", "c", "d")) {
            control.start("sweeper", "w", Optional.empty(), run, null);
        }
        // None of the starts arrived.
        now.set(now.get().plus(Duration.ofHours(1)));
        Sweeper sweeper = new Sweeper(ports, Duration.ofMinutes(45), Duration.ofMinutes(5), Duration.ofDays(30));
        for (String bad : List.of("a", "b", "c", "d")) {
            sent.clear();
            refused.set(bad);
            assertEquals(
                    List.of("sweeper/" + bad + ": " + new StoreException("no", null)),
                    sweeper.sweep(100, 100).failures());
            Set<String> others = new TreeSet<>(Set.of("a", "b", "c", "d"));
            others.remove(bad);
            // Other tests of this JVM have runs in the same table.
            assertEquals(
                    others,
                    sent.stream()
                            .filter(Set.of("a", "b", "c", "d")::contains)
                            .collect(Collectors.toCollection(TreeSet::new)));
            assertEquals(0, sweeper.sweep(100, 100).runs(), "what failed waits for its next check, too");
            now.set(now.get().plus(Duration.ofMinutes(6)));
        }
    }
}
