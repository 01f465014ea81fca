package io.triggerflow.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Undoes {@link AttachCommand}. */
@Command(
        name = "detach",
        description = "Make an attached function what it was before, exactly.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Says what it will change, then asks. Workflows that still launch the function will not hear of its ends."
        })
final class DetachCommand extends Verb {
    @Parameters(paramLabel = "FUNCTION", description = "As it was attached: a name or an ARN, perhaps with an alias.")
    private String named;

    @Option(names = "--replace", description = "Even if somebody has changed the function since; that is lost.")
    private boolean replace;

    @Option(names = "--dry-run", description = "Only say what would be changed.")
    private boolean dryRun;

    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask.")
    private boolean yes;

    DetachCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        try (Deployed deployed = Deployed.of(session())) {
            TargetFunction target = AttachCommand.find(deployed, named);
            Attachment attachment = Attachment.read(deployed.aws(), target)
                    .filter(a -> a.stack().equals(deployed.stack()))
                    .orElseThrow(() -> CliException.failed(
                            "NotAttached",
                            "Expected a function that is attached to " + deployed.stack() + ", but " + target.label()
                                    + " is not"));
            check(deployed, target, attachment);
            SendPermission permission = SendPermission.of(deployed, target);
            boolean permits = permission.exists(deployed.aws());
            Changes changes = new Changes()
                    .add(target.settings(), attachment.was())
                    .add("role " + permission.role(), permits ? permission.name() : "", "")
                    .add("kept as tags", "yes", "");
            if (!session().json()) {
                terminal().err().println("Detaching " + target.label() + " from " + deployed.stack() + " changes:");
                changes.print(terminal());
            }
            if (!dryRun) {
                session().confirm("Change " + target.label() + " so?", yes);
                detach(deployed.aws(), target, attachment, permits ? Optional.of(permission) : Optional.empty());
            }
            ObjectNode document = Session.JSON
                    .createObjectNode()
                    .put("function", target.label())
                    .put("stack", deployed.stack())
                    .put("detached", !dryRun);
            document.set("changes", changes.json());
            session().answer(document, dryRun ? "Nothing was changed" : target.label() + " is what it was before");
            return Exit.OK;
        }
    }

    private void check(Deployed deployed, TargetFunction target, Attachment attachment) {
        TargetFunction.Settings now = target.settings();
        TargetFunction.Settings left = attachment.was().attached(deployed.output("QueueArn"));
        if (!replace && !now.isSame(left) && !now.isSame(attachment.was())) {
            Changes since = new Changes().add(left, now);
            throw CliException.failed(
                    "Changed",
                    "Expected " + target.label() + " as it was attached, but somebody has changed it since: " + since
                            + "; --replace restores what was before all the same");
        }
    }

    /** Tags last: until then it can be done again. */
    private static void detach(
            Aws aws, TargetFunction target, Attachment attachment, Optional<SendPermission> permitted) {
        TargetFunction.Settings was = attachment.was();
        if (!target.settings().hasSameConfig(was)) {
            target.putConfig(aws, was);
        }
        if (!target.settings().recursion().equals(was.recursion())) {
            target.putRecursion(aws, was.recursion());
        }
        permitted.ifPresent(permission -> {
            try {
                permission.delete(aws);
            } catch (Aws.Refused e) {
                throw CliException.failed(
                        e.code(),
                        e.getMessage() + ". The rest is done; whoever may change the role types: "
                                + permission.commandToDelete() + " ; then detach again");
            }
        });
        Attachment.forget(aws, target);
    }
}
