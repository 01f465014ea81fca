package io.triggerflow.core.model;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A workflow: triggers that are stored once a version; runs hold only state.
 *
 * @param workflow its name
 * @param version derived from its content, so that the same content is the same version
 * @param description for people
 * @param triggers in the order of the bundle
 * @param maxTransitions the longest chain of causes and the most firings of a run, against runs that never end
 * @param timeout the longest time that a run may take
 * @param announce where the end of a run is announced
 */
public record Definition(
        String workflow,
        String version,
        String description,
        List<Trigger> triggers,
        int maxTransitions,
        Optional<Duration> timeout,
        Announce announce) {
    public static final int DEFAULT_MAX_TRANSITIONS = 10_000;

    public Definition {
        triggers = List.copyOf(triggers);
    }

    public Ref ref() {
        return new Ref(workflow, version);
    }

    /** Where the end of a run is announced, beside its parent. */
    public enum Announce {
        NONE,
        WORKSPACE,
        BUS
    }

    /** Which version of which workflow. */
    public record Ref(String workflow, String version) {}
}
