package io.triggerflow.cli;

import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** A command that only holds others. */
final class Group implements Runnable {
    private CommandLine line;

    private Group() {}

    static CommandLine of(String name, String description, Verb... verbs) {
        Group group = new Group();
        CommandSpec spec = CommandSpec.wrapWithoutInspection(group).name(name).mixinStandardHelpOptions(true);
        spec.usageMessage().description(description);
        group.line = new CommandLine(spec);
        for (Verb verb : verbs) {
            group.line.addSubcommand(verb);
        }
        return group.line;
    }

    @Override
    public void run() {
        throw new ParameterException(
                line,
                "Expected one of " + String.join(", ", line.getSubcommands().keySet()) + " after '"
                        + line.getCommandName() + "', but got nothing");
    }
}
