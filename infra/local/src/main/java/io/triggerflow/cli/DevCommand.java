package io.triggerflow.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.triggerflow.local.LocalRuntime;
import io.triggerflow.local.LocalRuntimeOptions;
import io.triggerflow.local.template.Resource;
import io.triggerflow.local.template.Template;
import io.triggerflow.local.usage.Metrics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the deployment on this machine until it is stopped. */
@Command(
        name = "dev",
        description = "Run the deployment on this machine: AWS's own protocols on one port, until Ctrl-C.",
        mixinStandardHelpOptions = true)
final class DevCommand extends Verb {
    @Option(
            names = {"-t", "--template"},
            paramLabel = "FILE",
            description = "A SAM template to run beside the engine's own; may be repeated.")
    private List<Path> templates = List.of();

    @Option(
            names = {"-p", "--port"},
            paramLabel = "PORT",
            defaultValue = "" + LocalRuntimeOptions.DEFAULT_PORT,
            description = "The port; 0 takes any. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Keep queues, tables and objects here over a restart. Default: in memory.")
    private Path data;

    @Option(
            names = "--isolated",
            description = "Each function in a process of its own, through the real Lambda runtime client.")
    private boolean isolated;

    @Option(
            names = "--faults",
            paramLabel = "SPEC",
            description =
                    "What goes wrong on purpose: dup, drop-ack, reorder, delay, throttle, crash, conflict, seed; for instance dup=0.05,seed=7.")
    private String faults;

    @Option(names = "--parameter", paramLabel = "K=V", description = "A parameter of the templates; may be repeated.")
    private Map<String, String> parameters = new LinkedHashMap<>();

    @Option(names = "--no-iam", description = "Do not hold functions and services to the permissions of the templates.")
    private boolean noIam;

    @Option(
            names = {"-q", "--quiet"},
            description = "Do not print what functions log.")
    private boolean quiet;

    DevCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() throws InterruptedException {
        Instant begun = Instant.now();
        LocalRuntime runtime = Runtimes.start(options());
        var stopping = new CountDownLatch(1);
        Thread hook = Thread.ofPlatform().name("dev-stop").unstarted(() -> {
            stopping.countDown();
            stop(runtime);
        });
        Runtime.getRuntime().addShutdownHook(hook);
        session().answer(document(runtime), () -> tell(runtime, Duration.between(begun, Instant.now())));
        terminal().out().flush();
        stopping.await();
        hook.join();
        return Exit.OK;
    }

    private void stop(LocalRuntime runtime) {
        try {
            runtime.close();
            terminal()
                    .err()
                    .println("Stopped"
                            + (data == null
                                    ? "; nothing is kept (--data DIR keeps it)"
                                    : "; what was in it is kept in " + data));
        } catch (IllegalStateException e) {
            terminal().err().println("Stopped, but " + e.getMessage());
        }
    }

    private LocalRuntimeOptions options() {
        Path own = Runtimes.template();
        var all = new java.util.ArrayList<Path>(List.of(own));
        templates.stream()
                .map(Path::toAbsolutePath)
                .filter(file -> !file.normalize().equals(own.normalize()))
                .forEach(all::add);
        LocalRuntimeOptions some = LocalRuntimeOptions.of(own)
                .withPort(port)
                .withIsolated(isolated)
                .withParameters(Runtimes.fitting(parameters))
                .withLog(log());
        var options = new LocalRuntimeOptions(
                all,
                some.port(),
                java.util.Optional.ofNullable(data),
                some.isolated(),
                some.faults(),
                some.parameters(),
                some.stackName(),
                session().options().region == null ? some.region() : session().options().region,
                some.requireCredentials(),
                some.clock(),
                some.log(),
                some.metered(),
                !noIam);
        try {
            return faults == null ? options : options.withFaults(faults);
        } catch (IllegalArgumentException e) {
            throw CliException.unusable("Usage", e.getMessage());
        }
    }

    /**
     * Functions' lines go to standard error: standard output is for the table, or the document. What they write for CloudWatch, a line a
     * batch, nobody wants to read unless asked for.
     */
    private Consumer<String> log() {
        boolean all = session().options().verbose;
        return line -> {
            int text = line.indexOf(LocalRuntimeOptions.LOG_SEPARATOR) + LocalRuntimeOptions.LOG_SEPARATOR.length();
            if (!quiet && (all || !Metrics.isMetrics(line.substring(text)))) {
                terminal().err().println(terminal().styled(Terminal.Style.DIM, line));
            }
        };
    }

    private ObjectNode document(LocalRuntime runtime) {
        ObjectNode document = Session.JSON
                .createObjectNode()
                .put("endpoint", runtime.endpoint().toString())
                .put("port", runtime.port());
        Runtimes.api(runtime).ifPresent(api -> document.put("api", api.toString()));
        var resources = document.putArray("resources");
        for (Template template : runtime.templates()) {
            template.resources().values().stream()
                    .filter(r -> !where(r).isEmpty())
                    .forEach(r -> resources
                            .addObject()
                            .put("stack", template.names().stackName())
                            .put("id", r.logicalId())
                            .put("type", r.type())
                            .put("name", r.physicalName()));
        }
        return document;
    }

    private void tell(LocalRuntime runtime, Duration took) {
        Terminal terminal = terminal();
        Table table = new Table("WHAT", "NAME", "HOW");
        for (Template template : runtime.templates()) {
            for (Resource resource : template.resources().values()) {
                String where = where(resource);
                if (!where.isEmpty()) {
                    table.row(
                            resource.type()
                                    .substring(resource.type().indexOf("::") + 2)
                                    .replace("Serverless::", ""),
                            resource.physicalName(),
                            where);
                }
            }
        }
        table.print(terminal, "The templates hold nothing that runs");
        terminal.print("");
        terminal.print(terminal.styled(Terminal.Style.BOLD, "Everything is at " + runtime.endpoint())
                + "  (ready after " + Text.duration(took) + ")");
        terminal.print("  export AWS_ENDPOINT_URL=" + runtime.endpoint()
                + " AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_REGION="
                + runtime.templates().getFirst().names().region());
        Runtimes.api(runtime)
                .ifPresent(api -> terminal.print("  API: " + api
                        + (runtime.port() == LocalRuntimeOptions.DEFAULT_PORT
                                ? ""
                                : "  (triggerflow --endpoint " + api + " ...)")));
        terminal.print("Ctrl-C stops it.");
    }

    /** What runs a resource here; empty for what only AWS needs, such as policies. */
    private String where(Resource resource) {
        return switch (resource.type()) {
            case "AWS::Serverless::Function", "AWS::Lambda::Function" ->
                (isolated ? "own process" : "this JVM") + ", "
                        + resource.string("Handler")
                                .map(h -> h.substring(h.lastIndexOf('.') + 1))
                                .orElse("");
            case "AWS::DynamoDB::Table", "AWS::Serverless::SimpleTable" -> "DynamoDB Local";
            case "AWS::SQS::Queue" -> "ElasticMQ";
            case "AWS::S3::Bucket" -> "S3Proxy";
            case "AWS::Events::EventBus", "AWS::Events::Rule" -> "EventBridge";
            case "AWS::Scheduler::Schedule", "AWS::Scheduler::ScheduleGroup" -> "Scheduler";
            case "AWS::Serverless::HttpApi", "AWS::ApiGatewayV2::Api" -> "HTTP API";
            default -> "";
        };
    }
}
