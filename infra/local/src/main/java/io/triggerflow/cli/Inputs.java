package io.triggerflow.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/** Values on the command line: JSON as it stands, {@code @FILE} (JSON or YAML), or {@code -} for standard input. */
final class Inputs {
    private Inputs() {}

    /** The value of an option; JSON null when it is absent. */
    static JsonNode json(String option, String text) {
        if (text == null) {
            return Session.JSON.nullNode();
        }
        if (text.startsWith("@")) {
            return tree(Path.of(text.substring(1)));
        }
        try {
            String json = text.equals("-") ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8) : text;
            return Session.JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw CliException.unusable(
                    "Usage",
                    "Expected JSON for " + option + ", but '" + Text.shortened(text, 60) + "' is not: "
                            + e.getOriginalMessage() + "; quote texts ('\"like this\"'), or name a file with @FILE");
        } catch (IOException e) {
            throw CliException.unusable(
                    "Usage", "Expected JSON on standard input for " + option + ", but: " + e.getMessage());
        }
    }

    /** A file's content; a mistake in it is told with its line. */
    static JsonNode tree(Path file) {
        try {
            return Session.JSON.valueToTree(Source.read(file).tree());
        } catch (Source.SyntaxException e) {
            throw CliException.failed("Syntax", file + ":" + e.line() + ": " + e.getMessage());
        }
    }

    static Optional<String> given(String option) {
        return Optional.ofNullable(option).filter(text -> !text.isEmpty());
    }
}
