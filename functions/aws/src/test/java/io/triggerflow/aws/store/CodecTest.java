package io.triggerflow.aws.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.triggerflow.aws.json.Json;
import io.triggerflow.core.model.Action;
import io.triggerflow.core.model.Address;
import io.triggerflow.core.model.Entry;
import io.triggerflow.core.model.Failure;
import io.triggerflow.core.model.Launch;
import io.triggerflow.core.model.Members;
import io.triggerflow.core.model.RunStatus;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.ScopeChange;
import io.triggerflow.core.model.ScopeState;
import io.triggerflow.core.model.TriggerChange;
import io.triggerflow.core.model.TriggerState;
import io.triggerflow.core.port.UnreadableException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What is stored is read back as it was, and is small. */
class CodecTest {
    private static final Scope RUN = new Scope("shop", "run-1");

    @Test
    void entryOfEveryKindOfLaunchSurvives() {
        Entry entry = Samples.everything(RUN);
        assertEquals(entry, EntryCodec.read(RUN, Json.read(Json.write(EntryCodec.write(RUN, entry)))));
    }

    /** A release that knows nothing of what is kept must refuse the entry; everything else it can read as before. */
    @Test
    void onlyWhatKeepsSomethingIsOfTheSecondShape() {
        Entry entry = Samples.keeping(RUN);
        Map<String, Object> written = EntryCodec.write(RUN, entry);
        assertEquals(entry, EntryCodec.read(RUN, Json.read(Json.write(written))));
        assertEquals(2, written.get("v"));
        assertEquals(1, EntryCodec.write(RUN, Samples.everything(RUN)).get("v"));
    }

    @Test
    void everyKindOfEntrySurvives() {
        for (Entry.Kind kind : Entry.Kind.values()) {
            Entry entry = new Entry(
                    "k", Entry.Cause.of(Samples.event("e")), Samples.NOW, kind, List.of(), List.of(), List.of(), "");
            assertEquals(entry, EntryCodec.read(RUN, Json.read(Json.write(EntryCodec.write(RUN, entry)))));
        }
    }

    @Test
    void sequentialTransitionCostsOneWriteUnit() {
        String text = Json.write(EntryCodec.write(RUN, Samples.transition(RUN, "0123456789012345678901")));
        assertTrue(text.length() < 600, () -> text.length() + ": " + text);
    }

    @Test
    void entriesOfTheFirstShapeAreReadForEver() {
        // Written by the first release; never to be edited (law L9).
        String stored = """
        {"v":1,"h":"E1","c":{"i":"E1","t":"triggerflow.task.succeeded","u":"a","d":2,"l":""},"a":1772366400123,"f":["t"],
        "o":[{"k":"i","ot":"b","g":"t","f":"fn","p":{"n":1}}]}""";
        Entry entry = EntryCodec.read(RUN, Json.read(stored));
        assertEquals(Optional.of("E1"), entry.cause().launch());
        assertEquals(Instant.ofEpochMilli(1772366400123L), entry.at());
        assertEquals(
                new Address(RUN, "E1", 0, -1, 1, "b", 3, false),
                ((Launch.Invoke) entry.outbox().getFirst()).address());
    }

    @Test
    void triggerStateSurvives() {
        Members members = new Members(Map.of(
                "a", new Members.Arrival(Members.Outcome.SUCCEEDED, Map.of("x", 1)),
                "b", new Members.Arrival(Members.Outcome.SUCCEEDED, null),
                "c", new Members.Arrival(Members.Outcome.FAILED, List.of()),
                "d", new Members.Arrival(Members.Outcome.SKIPPED, null)));
        TriggerState state = new TriggerState(4, 3, members, List.of("x", "y"), Map.of("count", 2), true, false);
        Keys.Key key = Keys.state(RUN, "t");
        assertEquals(state, StateCodec.read(key, 4, Json.read(Json.write(StateCodec.write(state)))));
        TriggerState none = TriggerState.NONE;
        assertEquals(none, StateCodec.read(key, 0, Json.read(Json.write(StateCodec.write(none)))));
        assertEquals("{\"v\":1}", Json.write(StateCodec.write(none)));
    }

    @Test
    void rootSurvives() {
        ScopeState started = ScopeState.started(
                RUN,
                Optional.empty(),
                null,
                Optional.of(new ScopeState.Parent(new Address(RUN, "e", 1, 2, 3, "t", 4, true))),
                Samples.NOW);
        Failure failure = new Failure("A", "b", "c", Optional.of(Failure.of("D", "e", "f")));
        ScopeState ended =
                started.apply(ScopeChange.end(RunStatus.FAILED, Samples.NOW.plusSeconds(1), null, Optional.of(failure))
                        .withContext(Map.of("k", List.of(1, 2))));
        for (ScopeState state : List.of(started, ended)) {
            assertEquals(
                    state,
                    RootCodec.read(RUN, state.version(), Json.readObject(Json.write(RootCodec.write(state))), null));
        }
    }

    @Test
    void aShapeThatIsNotKnownIsRefused() {
        ScopeState root = ScopeState.started(RUN, Optional.empty(), null, Optional.empty(), Samples.NOW);
        for (Object shape : List.of(9, 0, "1")) {
            Map<String, Object> entry = EntryCodec.write(RUN, Samples.transition(RUN, "E1"));
            Map<String, Object> state = StateCodec.write(TriggerState.NONE);
            Map<String, Object> body = RootCodec.write(root);
            List.of(entry, state, body).forEach(json -> json.put("v", shape));
            assertEquals(Set.of(), refused("entry 'E1' of shop/run-1", () -> EntryCodec.read(RUN, entry)));
            assertEquals(
                    Set.of(),
                    refused("the state C#t in R#shop#run-1", () -> StateCodec.read(Keys.state(RUN, "t"), 1, state)));
            assertEquals(
                    Set.of(RUN), refused("the root of shop/run-1", () -> RootCodec.read(RUN, 1, body, null)), "whose");
        }
    }

    private static Set<Scope> refused(String what, Executable read) {
        UnreadableException refused = assertThrows(UnreadableException.class, read);
        assertTrue(
                refused.getMessage().matches("Expected shape \\d of \\Q" + what + "\\E, but it has shape .*"),
                refused::toString);
        return refused.roots();
    }

    @Test
    void anAnsweredLaunchSurvivesInAShapeOfItsOwn() {
        Entry answered = Samples.answered(RUN);
        Map<String, Object> json = EntryCodec.write(RUN, answered);
        assertEquals(answered, EntryCodec.read(RUN, Json.readObject(Json.write(json))));
        assertEquals(2, json.get("v"), "a release that would launch it must refuse it");
    }

    @Test
    void triggerLogSurvives() {
        DefinitionCodec codec = new DefinitionCodec();
        List<TriggerChange> changes = new ArrayList<>();
        for (Action.Operation operation : Action.Operation.values()) {
            changes.add(new TriggerChange(
                    changes.size() + 1L,
                    operation,
                    "t",
                    operation == Action.Operation.REGISTER ? Optional.of(Samples.trigger("t")) : Optional.empty(),
                    operation == Action.Operation.INTERCEPT
                            ? Optional.of(Samples.interceptor("t"))
                            : Optional.empty()));
        }
        assertEquals(changes, TriggerLog.read(Json.read(Json.write(TriggerLog.write(changes, codec))), codec));
    }
}
