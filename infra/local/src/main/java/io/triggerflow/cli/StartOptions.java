package io.triggerflow.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.triggerflow.client.RunHandle;
import io.triggerflow.client.Workspace;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What {@code start} and {@code run} have in common. Filled by picocli. */
final class StartOptions {
    @Option(
            names = {"-i", "--input"},
            paramLabel = "JSON",
            description = "The input: JSON, @FILE (JSON or YAML), or - for standard input.")
    private String input;

    @Option(
            names = {"-n", "--name"},
            paramLabel = "NAME",
            description = "The run's name: the same name again is the same run.")
    private String name;

    @Option(
            names = "--version-of-workflow",
            paramLabel = "VERSION",
            description = "A deployed version instead of the newest.")
    private String version;

    JsonNode input() {
        return Inputs.json("--input", input);
    }

    RunHandle start(Workspace workspace, String workflow, Optional<String> deployed) {
        var options = new io.triggerflow.client.StartOptions(
                Inputs.given(name), Inputs.given(version).or(() -> deployed));
        return workspace.start(workflow, input(), options);
    }
}
