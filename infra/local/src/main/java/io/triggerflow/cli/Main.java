package io.triggerflow.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.triggerflow.client.TriggerflowException;
import io.triggerflow.core.control.Release;
import io.triggerflow.local.gateway.PortTakenException;
import io.triggerflow.local.template.TemplateException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

/**
 * The command line {@code triggerflow}. Exit statuses: 0 success; 1 a run failed, a file is invalid, a request was refused; 2 wrong usage,
 * or nobody to talk to. Every failure is one line that says what to do next.
 */
@Command(
        name = "triggerflow",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = "Functions orchestrating functions, on AWS or on this machine.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Exit status: 0 success, 1 failed run or invalid file, 2 usage or nobody to talk to."})
public final class Main implements Runnable {
    @Mixin
    private final Options options;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    private Main(Options options) {
        this.options = options;
    }

    /** The release, for {@code --version}. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"triggerflow " + Release.version()};
        }
    }

    /** Runs a command and ends the process with its status. */
    public static void main(String[] args) {
        // Threads of the runtime that are cut off while it stops have nobody to tell; commands' own failures are told
        // below.
        boolean verbose = List.of(args).contains("--verbose");
        Thread.setDefaultUncaughtExceptionHandler((thread, error) -> {
            if (verbose) {
                System.err.println("triggerflow: " + thread.getName() + ": " + error);
            }
        });
        System.exit(run(Terminal.ofProcess(), args));
    }

    /** Runs a command. */
    static int run(Terminal terminal, String... args) {
        try (Session session = new Session(terminal)) {
            CommandLine line = commands(session);
            line.setOut(new PrintWriter(terminal.out(), true)).setErr(new PrintWriter(terminal.err(), true));
            line.setColorScheme(CommandLine.Help.defaultColorScheme(
                    terminal.live() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF));
            line.setUsageHelpWidth(Math.min(Math.max(terminal.columns(), 80), 120));
            line.setCaseInsensitiveEnumValuesAllowed(true);
            line.setParameterExceptionHandler((error, parsed) -> misused(session, error, List.of(parsed)));
            line.setExecutionExceptionHandler((error, command, result) -> failed(session, error));
            int status = line.execute(args);
            terminal.out().flush();
            return status;
        }
    }

    private static CommandLine commands(Session session) {
        return new CommandLine(new Main(session.options()))
                .addSubcommand(new DemoCommand(session))
                .addSubcommand(new DevCommand(session))
                .addSubcommand(new DeployCommand(session))
                .addSubcommand(new StartCommand(session))
                .addSubcommand(new RunCommand(session))
                .addSubcommand(new RunsCommand(session))
                .addSubcommand(new ShowCommand(session))
                .addSubcommand(new HistoryCommand(session))
                .addSubcommand(new WhyCommand(session))
                .addSubcommand(new ControlCommands.Pause(session))
                .addSubcommand(new ControlCommands.Resume(session))
                .addSubcommand(new ControlCommands.Cancel(session))
                .addSubcommand(new EmitCommand(session))
                .addSubcommand(new InterceptCommands.Intercept(session))
                .addSubcommand(new InterceptCommands.Release(session))
                .addSubcommand(new InterceptCommands.ListAll(session))
                .addSubcommand(new PatchCommand(session))
                .addSubcommand(TriggerCommands.group(session))
                .addSubcommand(WorkspaceCommands.group(session))
                .addSubcommand(DeadLetterCommands.group(session))
                .addSubcommand(new AttachCommand(session))
                .addSubcommand(new DetachCommand(session))
                .addSubcommand(new DoctorCommand(session))
                .addSubcommand(new PermissionsCommand(session))
                .addSubcommand(new CostCommand(session))
                .addSubcommand(new ValidateCommand(session))
                .addSubcommand(new CheckCommand(session))
                .addSubcommand(new BenchCommand(session))
                .addSubcommand(new ColdStartCommand(session));
    }

    /** Without a command: what commands there are. */
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Expected a command, but got none");
    }

    private static int misused(Session session, ParameterException error, List<String> args) {
        // Options that were parsed before the mistake are set; --json may stand after it.
        session.options().json |= args.contains("--json");
        String command = error.getCommandLine().getCommandSpec().qualifiedName();
        String message = error.getMessage().lines().findFirst().orElse("wrong usage");
        report(session, "Usage", "", message + "; '" + command + " --help' shows how it is used", error);
        return Exit.UNUSABLE;
    }

    private static int failed(Session session, Exception error) {
        return switch (error) {
            case Aws.Refused e -> report(session, e.code(), "", e.getMessage(), e, Exit.FAILED);
            case CliException e -> report(session, e.error(), "", e.getMessage(), e, e.status());
            case TriggerflowException e -> refused(session, e);
            case PortTakenException e -> report(session, "PortTaken", "", e.getMessage(), e, Exit.UNUSABLE);
            case TemplateException e -> report(session, "Template", "", e.getMessage(), e, Exit.FAILED);
            default ->
                report(session, error.getClass().getSimpleName(), "", unexpected(session, error), error, Exit.FAILED);
        };
    }

    private static String unexpected(Session session, Exception error) {
        String message = Optional.ofNullable(error.getMessage()).orElse(error.toString());
        return session.options().verbose ? message : message + " (--verbose shows where)";
    }

    private static int refused(Session session, TriggerflowException error) {
        boolean nobody =
                switch (error) {
                    case TriggerflowException.Unavailable e -> true;
                    case TriggerflowException.Denied e -> true;
                    case TriggerflowException.NotFound e ->
                        e.error().equals("NoStack") || e.error().equals("NoApi");
                    default -> false;
                };
        if (error instanceof TriggerflowException.Invalid invalid
                && invalid.problems().size() > 1) {
            return problems(session, invalid);
        }
        String path = error.path().isEmpty() ? "" : error.path() + ": ";
        return report(
                session,
                error.error(),
                error.path(),
                path + error.getMessage() + advice(error),
                error,
                nobody ? Exit.UNUSABLE : Exit.FAILED);
    }

    private static int problems(Session session, TriggerflowException.Invalid error) {
        if (!session.json()) {
            error.problems().forEach(p -> session.terminal().err().println(p.path() + ": " + p.message()));
            report(
                    session,
                    error.error(),
                    "",
                    Text.count(error.problems().size(), "problem") + "; 'triggerflow validate FILE' names their lines",
                    error);
        } else {
            ObjectNode document = Session.JSON
                    .createObjectNode()
                    .put("error", error.error())
                    .put("message", error.getMessage())
                    .put("path", error.path());
            document.set("problems", Session.JSON.valueToTree(error.problems()));
            session.terminal().print(Session.text(document));
        }
        return Exit.FAILED;
    }

    private static String advice(TriggerflowException error) {
        return switch (error) {
            case TriggerflowException.Denied e -> "; check the AWS credentials (aws sts get-caller-identity)";
            case TriggerflowException.Unavailable e
            when e.error().equals("NotReached") && !e.getMessage().contains("triggerflow dev") ->
                "; start a local runtime with 'triggerflow dev', or name a deployment with --endpoint or --stack";
            default -> "";
        };
    }

    private static int report(Session session, String error, String path, String message, Exception cause, int status) {
        report(session, error, path, message, cause);
        return status;
    }

    private static void report(Session session, String error, String path, String message, Exception cause) {
        Terminal terminal = session.terminal();
        if (session.json()) {
            ObjectNode document =
                    Session.JSON.createObjectNode().put("error", error).put("message", message);
            if (!path.isEmpty()) {
                document.put("path", path);
            }
            terminal.print(Session.text(document));
        } else {
            terminal.err().println(terminal.styled(Terminal.Style.RED, "triggerflow: ") + message);
        }
        if (session.options().verbose) {
            cause.printStackTrace(terminal.err());
        }
    }
}
