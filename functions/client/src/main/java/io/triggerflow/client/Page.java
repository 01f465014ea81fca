package io.triggerflow.client;

import java.util.List;
import java.util.Optional;

/**
 * A part of a list.
 *
 * @param items the items, in the list's order
 * @param next what asks for the following page; empty on the last. Its content is the deployment's business
 */
public record Page<T>(List<T> items, Optional<String> next) {
    public Page {
        items = List.copyOf(items);
    }
}
