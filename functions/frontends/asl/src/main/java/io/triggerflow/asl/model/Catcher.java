package io.triggerflow.asl.model;

import java.util.List;

/**
 * Where to go on after an error.
 *
 * @param resultPath where the error is put into the input; null discards it
 * @param assign null without
 * @param output null without
 */
public record Catcher(List<String> errorEquals, String next, String resultPath, Template assign, Template output) {
    public Catcher {
        errorEquals = List.copyOf(errorEquals);
    }
}
