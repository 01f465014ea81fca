package io.triggerflow.core.check;

import io.triggerflow.core.model.Ids;
import io.triggerflow.core.model.JsonText;
import io.triggerflow.core.model.Members;
import io.triggerflow.core.model.TriggerState;
import io.triggerflow.core.script.Flight;
import io.triggerflow.core.script.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Two worlds of the same print go on alike: what differs between them are names, times that have passed, and how they came about. */
final class Prints {
    /** The length of the names that the engine derives from causes. */
    private static final int DERIVED = 22;

    /** Of more members than these, their number tells enough. */
    private static final int MOST_MEMBERS = 50;

    private Prints() {}

    static String of(World world) {
        StringBuilder out = new StringBuilder(256);
        world.root().ifPresent(r -> out.append(r.status())
                .append(JsonText.write(r.context()))
                .append(JsonText.write(r.input())));
        world.changes().forEach(c -> out.append(c.operation()).append(c.id()).append(';'));
        world.states().forEach((id, state) -> state(out, id, state));
        world.claims().stream().sorted().forEach(c -> out.append("!").append(c));
        List<String> parts = new ArrayList<>();
        for (Flight f : world.flights()) {
            parts.add(f.address().task() + "/" + f.address().item() + "/"
                    + f.address().attempt() + "/" + f.what() + JsonText.write(f.payload()));
        }
        world.pending()
                .forEach(d -> parts.add(
                        d.event().type() + "/" + d.event().subject() + "/" + Duration.between(world.now(), d.due())));
        world.held().forEach(e -> parts.add("held " + e.type() + "/" + e.subject() + JsonText.write(e.data())));
        parts.stream().sorted().forEach(p -> out.append('|').append(p));
        return Ids.hash(out.toString());
    }

    private static void state(StringBuilder out, String id, TriggerState state) {
        out.append('~').append(id).append(state.fired()).append(JsonText.write(state.values()));
        if (state.members().size() > MOST_MEMBERS) {
            out.append(state.members().tally());
            return;
        }
        List<String> members = new ArrayList<>();
        for (Map.Entry<String, Members.Arrival> m : state.members().byKey().entrySet()) {
            String key = m.getKey().length() == DERIVED ? "" : m.getKey();
            members.add(key + "=" + m.getValue().outcome()
                    + JsonText.write(m.getValue().data()));
        }
        members.stream().sorted().forEach(m -> out.append(',').append(m));
    }
}
