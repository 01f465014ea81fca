package io.triggerflow.core.engine;

import io.triggerflow.core.port.EventSink;
import io.triggerflow.core.port.Launcher;
import io.triggerflow.core.port.Registry;
import io.triggerflow.core.port.Store;
import java.time.InstantSource;

/**
 * The world, as the engine sees it.
 *
 * @param clock the only clock: decisions get its reading as a parameter
 * @param fork how independent work of one batch is spread over threads
 */
public record Ports(
        Store store, Registry registry, Launcher launcher, EventSink sink, InstantSource clock, Fork fork) {}
