package io.triggerflow.core.definition;

/**
 * One thing that is wrong with a bundle.
 *
 * @param path where, for instance {@code $.triggers[2].condition.join.size}; {@code $} is the bundle itself
 * @param message what was expected, and what was there: "Expected ..., but ..."
 */
public record Problem(String path, String message) {
    @Override
    public String toString() {
        return path + ": " + message;
    }
}
