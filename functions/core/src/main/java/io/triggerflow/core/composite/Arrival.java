package io.triggerflow.core.composite;

import java.time.Instant;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * An event, as detection sees it.
 *
 * @param key its identity: the same key again is the same event again
 * @param at when it happened; detection counts in whole milliseconds
 * @param names the primitive events that it is an occurrence of
 * @param kept plain JSON, handed out again with the detections that the event is part of
 */
public record Arrival(String key, Instant at, SortedSet<String> names, Object kept) {
    public Arrival {
        names = new TreeSet<>(names);
    }
}
