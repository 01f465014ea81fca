package io.triggerflow.aws.store;

import io.triggerflow.core.definition.DefinitionReader;
import io.triggerflow.core.definition.DefinitionWriter;
import io.triggerflow.core.model.Definition;
import io.triggerflow.core.model.Interceptor;
import io.triggerflow.core.model.Trigger;
import java.util.List;
import java.util.Optional;

/** Definitions and triggers as they are stored: in the normalised form of the bundle format. Thread-safe. */
final class DefinitionCodec {
    /** Expressions were checked when they were deployed. */
    private final DefinitionReader reader = new DefinitionReader(expression -> Optional.empty());

    Object write(Definition definition) {
        return DefinitionWriter.write(definition);
    }

    /** The version is given: it was derived from the content when the definition was deployed, and is never derived again. */
    Definition readDefinition(Object json, Definition.Ref ref) {
        Definition d = reader.definition(json);
        return new Definition(
                ref.workflow(),
                ref.version(),
                d.description(),
                d.triggers(),
                d.maxTransitions(),
                d.timeout(),
                d.announce());
    }

    Object write(Trigger trigger) {
        return DefinitionWriter.write(trigger);
    }

    Trigger readTrigger(Object json) {
        return reader.registered(List.of(json)).getFirst();
    }

    Interceptor readInterceptor(Object json) {
        return reader.interceptors(List.of(json), true).getFirst();
    }
}
