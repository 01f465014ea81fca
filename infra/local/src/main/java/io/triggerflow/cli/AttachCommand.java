package io.triggerflow.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lets workflows use a function that no template of ours knows. */
@Command(
        name = "attach",
        description =
                "Let workflows use an existing function: its ends go to the event queue, retries are the engine's.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Says what it will change, then asks. What was there before is kept as tags of the function; 'detach' restores it.",
            "Needs lambda:Get*, ListTags, TagResource, PutFunctionEventInvokeConfig, PutFunctionRecursionConfig, and iam:GetRolePolicy, PutRolePolicy."
        })
final class AttachCommand extends Verb {
    /** What IAM is told reaches Lambda a little later, and Lambda looks at once whether the role may send. */
    private static final int TRIES = 10;

    private static final Duration WAIT = Duration.ofSeconds(3);

    @Parameters(paramLabel = "FUNCTION", description = "A name or an ARN, perhaps with an alias (NAME:ALIAS).")
    private String named;

    @Option(names = "--replace", description = "Even if it has destinations of its own; they are restored by 'detach'.")
    private boolean replace;

    @Option(
            names = "--keep-role",
            description = "Leave the function's role alone: it may send to the event queue already.")
    private boolean keepRole;

    @Option(names = "--dry-run", description = "Only say what would be changed.")
    private boolean dryRun;

    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask.")
    private boolean yes;

    AttachCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        try (Deployed deployed = Deployed.of(session())) {
            TargetFunction target = find(deployed, named);
            Optional<Attachment> attached = Attachment.read(deployed.aws(), target);
            check(deployed, target, attached);
            TargetFunction.Settings wanted = target.settings().attached(deployed.output("QueueArn"));
            if (attached.isEmpty() && target.settings().isSame(wanted)) {
                // Its own template has it so, as the examples' has.
                return answer(deployed, target, new Changes());
            }
            Optional<Attachment> keep = attached.isPresent() ? Optional.empty() : Optional.of(kept(deployed, target));
            SendPermission permission = SendPermission.of(deployed, target);
            boolean permits = keepRole || exists(deployed.aws(), permission);
            Changes changes = new Changes()
                    .add(target.settings(), wanted)
                    .add("role " + permission.role(), permits ? permission.name() : "", permission.name())
                    .add("kept as tags", attached.isPresent() ? "yes" : "", "yes");
            if (!changes.isEmpty()) {
                tell(changes, "Attaching " + target.label() + " to " + deployed.stack() + " changes:");
            }
            if (!changes.isEmpty() && !dryRun) {
                session().confirm("Change " + target.label() + " so?", yes);
                attach(deployed, target, wanted, keep, permits ? Optional.empty() : Optional.of(permission));
            }
            return answer(deployed, target, changes);
        }
    }

    /** What is there now, as it will be kept. */
    private static Attachment kept(Deployed deployed, TargetFunction target) {
        Attachment attachment = new Attachment(deployed.stack(), target.settings());
        attachment.unkept(target).ifPresent(tag -> {
            throw CliException.failed(
                    "NotKept",
                    "Expected to keep what is there now as tags of the function, but a tag cannot be " + tag);
        });
        return attachment;
    }

    static TargetFunction find(Deployed deployed, String named) {
        try {
            return TargetFunction.read(deployed.aws(), named);
        } catch (Aws.Refused e) {
            if (!e.isMissing()) {
                throw e;
            }
            throw CliException.failed(
                    "NotFound",
                    "Expected a function '" + named + "' in " + deployed.aws().region() + ", but there is none");
        }
    }

    private void check(Deployed deployed, TargetFunction target, Optional<Attachment> attached) {
        boolean ours = Stream.of("EngineFunction", "ApiFunction", "SweeperFunction", "DeadLetterFunction")
                .map(deployed.resources()::get)
                .filter(Objects::nonNull)
                .anyMatch(target.name()::equals);
        if (ours) {
            throw CliException.failed(
                    "Engine", "Expected a function of yours, but " + target.name() + " is the engine's own");
        }
        attached.filter(a -> !a.stack().equals(deployed.stack())).ifPresent(a -> {
            throw CliException.failed(
                    "Attached",
                    "Expected a function that is free, but " + target.label() + " is attached to " + a.stack()
                            + "; 'triggerflow --stack " + a.stack() + " detach " + target.label() + "' frees it");
        });
        Stream.of(target.settings().onSuccess(), target.settings().onFailure())
                .flatMap(Optional::stream)
                .filter(arn -> !replace && !arn.equals(deployed.output("QueueArn")))
                .findFirst()
                .ifPresent(arn -> {
                    throw CliException.failed(
                            "Destination",
                            "Expected a function without destinations of its own, but " + target.label() + " tells "
                                    + arn + "; --replace takes its place until 'detach'");
                });
    }

    /** Whoever may not look may yet be allowed to write. */
    private static boolean exists(Aws aws, SendPermission permission) {
        try {
            return permission.exists(aws);
        } catch (Aws.Refused e) {
            return false;
        }
    }

    private void tell(Changes changes, String title) {
        if (!session().json()) {
            terminal().err().println(title);
            changes.print(terminal());
        }
    }

    /** Tags first, so that there is no moment at which what was before is kept nowhere. */
    private static void attach(
            Deployed deployed,
            TargetFunction target,
            TargetFunction.Settings wanted,
            Optional<Attachment> keep,
            Optional<SendPermission> permit) {
        Aws aws = deployed.aws();
        keep.ifPresent(attachment -> attachment.write(aws, target));
        permit.ifPresent(permission -> {
            try {
                permission.put(aws);
            } catch (Aws.Refused e) {
                keep.ifPresent(attachment -> Attachment.forget(aws, target));
                throw CliException.failed(
                        e.code(),
                        "Nothing was changed. " + e.getMessage() + ". Whoever may change the role types: "
                                + permission.commandToPut() + " ; then attach with --keep-role");
            }
        });
        putConfig(aws, target, wanted);
        if (!target.settings().recursion().equals(wanted.recursion())) {
            target.putRecursion(aws, wanted.recursion());
        }
    }

    private static void putConfig(Aws aws, TargetFunction target, TargetFunction.Settings wanted) {
        if (target.settings().hasSameConfig(wanted)) {
            return;
        }
        for (int tried = 1; ; tried++) {
            try {
                target.putConfig(aws, wanted);
                return;
            } catch (Aws.Refused e) {
                if (tried == TRIES || !e.code().equals("InvalidParameterValueException")) {
                    throw e;
                }
                Aws.pause(WAIT);
            }
        }
    }

    private int answer(Deployed deployed, TargetFunction target, Changes changes) {
        Optional<Admission> admission = Admission.of(deployed, target);
        ObjectNode document = Session.JSON
                .createObjectNode()
                .put("function", target.label())
                .put("stack", deployed.stack())
                .put("attached", !dryRun || changes.isEmpty());
        document.set("changes", changes.json());
        admission.ifPresent(
                a -> document.putObject("refused").put("why", a.why()).put("next", a.next()));
        session()
                .answer(
                        document,
                        changes.isEmpty()
                                ? "The ends of " + target.label() + " are heard already"
                                : dryRun
                                        ? "Nothing was changed"
                                        : target.label() + " is attached; 'triggerflow detach " + target.label()
                                                + "' undoes it");
        if (!session().json()) {
            admission.ifPresent(a -> terminal()
                    .err()
                    .println(terminal().styled(Terminal.Style.YELLOW, "But " + a.why() + ": ") + a.next()));
        }
        return Exit.OK;
    }
}
