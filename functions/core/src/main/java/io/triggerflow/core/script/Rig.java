package io.triggerflow.core.script;

import io.triggerflow.core.decide.Extensions;
import io.triggerflow.core.engine.Engine;
import io.triggerflow.core.engine.Fork;
import io.triggerflow.core.engine.Ports;
import io.triggerflow.core.model.Action;
import io.triggerflow.core.model.Definition;
import io.triggerflow.core.model.Trigger;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** An engine in memory, and the contents that it works on at the moment. Shared by copies of a world, one after the other. */
final class Rig {
    final Optional<Definition> definition;
    final List<Trigger> standing;
    final Extensions extensions;
    /** An engine remembers the triggers of a scope by the number of their changes, which copies of a world may not share. */
    final boolean rewires;

    final Engine engine;
    final Ports ports;
    final MemoryStore store;
    Contents current;

    Rig(Optional<Definition> definition, List<Trigger> standing, Extensions extensions) {
        this.definition = definition;
        this.standing = standing;
        this.extensions = extensions;
        this.rewires = definition.map(Definition::triggers).orElse(standing).stream()
                .flatMap(t -> Stream.concat(t.actions().stream(), t.onFailure().stream()))
                .anyMatch(Rig::rewires);
        Outside outside = new Outside(() -> current);
        store = new MemoryStore(() -> current, definition);
        ports = new Ports(store, outside, outside, outside, () -> current.now, Fork.SEQUENTIAL);
        engine = new Engine(ports, extensions, World.WORKSPACE.workspace());
    }

    private static boolean rewires(Action action) {
        return action instanceof Action.Register || action instanceof Action.Switch || action instanceof Action.Custom;
    }

    /** The same engine for a copy, or one that remembers nothing. */
    Rig forCopy() {
        return rewires ? new Rig(definition, standing, extensions) : this;
    }
}
