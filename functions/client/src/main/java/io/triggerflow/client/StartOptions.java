package io.triggerflow.client;

import java.util.Optional;

/**
 * How a run is to be started.
 *
 * @param name the run's name: starting the same name again with the same workflow and input is the same run. Empty: the client makes one
 * @param version a deployed version; empty: the newest
 */
public record StartOptions(Optional<String> name, Optional<String> version) {
    /** A new run of the newest version. */
    public static final StartOptions NONE = new StartOptions(Optional.empty(), Optional.empty());

    /** A run of this name. */
    public static StartOptions named(String name) {
        return NONE.withName(name);
    }

    public StartOptions withName(String value) {
        return new StartOptions(Optional.of(value), version);
    }

    public StartOptions withVersion(String value) {
        return new StartOptions(name, Optional.of(value));
    }
}
