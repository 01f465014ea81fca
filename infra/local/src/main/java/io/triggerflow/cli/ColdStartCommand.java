package io.triggerflow.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.triggerflow.client.TriggerflowClient;
import io.triggerflow.local.LocalRuntime;
import io.triggerflow.local.LocalRuntimeOptions;
import io.triggerflow.local.lambda.ColdProcess;
import io.triggerflow.local.lambda.ColdStart;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures how long the engine takes to start. */
@Command(
        name = "coldstart",
        description =
                "Measure the engine's cold start: processes of its zip, under AWS's own runtime client, on this machine.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "A start is a new process, until it asks for its first event (init), and until it has handled one that launches a function (first",
            "event). AWS's Java runtimes share the JDK's classes; an archive of all classes (AppCDS) is for container images. \"primed\" is a",
            "start that ran what runs before SnapStart's snapshot: its init is paid when a version is published, and what is saved is the init",
            "and the difference of the first events. How long AWS takes to restore a snapshot is not known here, and not counted."
        })
final class ColdStartCommand extends Verb {
    private static final String WORKSPACE = "coldstart";
    private static final double MEBIBYTE = 1 << 20;
    /** What is compared. */
    private static final Map<String, ColdStart.Kind> KINDS = kinds();

    @Option(
            names = {"-n", "--runs"},
            paramLabel = "N",
            defaultValue = "10",
            description = "Starts of each kind, of which the median is told. Default: ${DEFAULT-VALUE}.")
    private int runs;

    ColdStartCommand(Session session) {
        super(session);
    }

    private static Map<String, ColdStart.Kind> kinds() {
        Map<String, ColdStart.Kind> kinds = new LinkedHashMap<>();
        kinds.put("no shared classes", new ColdStart.Kind(ColdStart.Sharing.NONE, false));
        kinds.put("the JDK's shared", new ColdStart.Kind(ColdStart.Sharing.JDK, false));
        kinds.put("all shared (AppCDS)", new ColdStart.Kind(ColdStart.Sharing.ALL, false));
        kinds.put("the JDK's, primed", new ColdStart.Kind(ColdStart.Sharing.JDK, true));
        return kinds;
    }

    /** One start. */
    private record Sample(double initMillis, double firstEventMillis) {}

    /** The starts of one kind. */
    private record Line(String name, ColdStart.Kind kind, List<Sample> samples) {
        double init() {
            return median(
                    samples.stream().mapToDouble(Sample::initMillis).sorted().toArray());
        }

        double firstEvent() {
            return median(samples.stream()
                    .mapToDouble(Sample::firstEventMillis)
                    .sorted()
                    .toArray());
        }

        private static double median(double[] sorted) {
            int middle = sorted.length / 2;
            return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        }

        ObjectNode json() {
            ObjectNode json = Session.JSON
                    .createObjectNode()
                    .put("kind", name)
                    .put("sharedClasses", kind.sharing().name())
                    .put("primed", kind.snapshot())
                    .put("initMillis", rounded(init()))
                    .put("firstEventMillis", rounded(firstEvent()));
            ArrayNode array = json.putArray("samples");
            samples.forEach(s -> array.addObject()
                    .put("initMillis", rounded(s.initMillis()))
                    .put("firstEventMillis", rounded(s.firstEventMillis())));
            return json;
        }
    }

    @Override
    public Integer call() {
        if (runs < 1) {
            throw CliException.unusable("Usage", "Expected --runs of at least 1, but got " + runs);
        }
        double zip = size(zip());
        LocalRuntimeOptions options = LocalRuntimeOptions.of(Runtimes.template())
                .withPort(0)
                .withParameters(Runtimes.fitting(Map.of()))
                .withLog(session().options().verbose ? terminal().err()::println : line -> {});
        try (LocalRuntime runtime = Runtimes.start(options);
                TriggerflowClient client = Runtimes.client(runtime);
                ColdStart starts = of(runtime)) {
            prepare(client);
            List<Line> lines = new ArrayList<>();
            double archive;
            try (Progress progress = new Progress(session())) {
                progress.show("making an archive of classes", List.of("making an archive of classes"));
                archive = starts.train(event("train")) / MEBIBYTE;
                KINDS.forEach((name, kind) -> lines.add(measured(starts, name, kind, progress)));
            }
            session().answer(document(lines, zip, archive), () -> tell(lines, zip, archive));
            return Exit.OK;
        } catch (IllegalStateException e) {
            throw CliException.failed("NotStarted", String.valueOf(e.getMessage()));
        }
    }

    private static Path zip() {
        Path zip = Runtimes.home().resolve("functions/target/functions.zip");
        if (!Files.isRegularFile(zip)) {
            throw CliException.unusable(
                    "NotBuilt",
                    "Expected the functions at " + zip + ", but there is no such file; build them with mvn -q package");
        }
        return zip;
    }

    private static double size(Path file) {
        try {
            return Files.size(file) / MEBIBYTE;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Cold starts of the engine. */
    static ColdStart of(LocalRuntime runtime) {
        return runtime.functions()
                .getFirst()
                .coldStart(
                        String.valueOf(runtime.templates().getFirst().outputs().get("EngineFunction")));
    }

    /** A trigger that the events are for. */
    static void prepare(TriggerflowClient client) {
        client.workspace(WORKSPACE).create();
        client.workspace(WORKSPACE).triggers().add(List.of(BenchScenario.launching()));
    }

    private Line measured(ColdStart starts, String name, ColdStart.Kind kind, Progress progress) {
        Line line = new Line(name, kind, new ArrayList<>());
        for (int i = 0; i < runs; i++) {
            String now = name + ": " + (i + 1) + " of " + runs;
            progress.show(now, List.of(Progress.bar(i, runs, 20) + " " + now));
            try (ColdProcess process = starts.start(kind)) {
                Duration event = process.handle(event(name + i)).took();
                line.samples().add(new Sample(process.init().toNanos() / 1e6, event.toNanos() / 1e6));
            }
        }
        return line;
    }

    /** A batch of one message, as Lambda hands it to the engine; it launches a function. */
    static String event(String id) {
        ObjectNode message = Session.JSON
                .createObjectNode()
                .put("messageId", id)
                .put("body", BenchFeeder.message("ping", WORKSPACE, ""));
        message.putObject("attributes")
                .put("ApproximateReceiveCount", "1")
                .put("SentTimestamp", String.valueOf(System.currentTimeMillis()));
        ObjectNode batch = Session.JSON.createObjectNode();
        batch.putArray("Records").add(message);
        return Session.text(batch);
    }

    private static double rounded(double value) {
        return Math.round(value * 10) / 10.0;
    }

    private ObjectNode document(List<Line> lines, double zip, double archive) {
        ObjectNode document = Session.JSON
                .createObjectNode()
                .put("runs", runs)
                .put("java", System.getProperty("java.version"))
                .put("processors", Runtime.getRuntime().availableProcessors())
                .put("zipMebibytes", rounded(zip))
                .put("archiveMebibytes", rounded(archive));
        ArrayNode all = document.putArray("starts");
        lines.forEach(line -> all.add(line.json()));
        return document;
    }

    private void tell(List<Line> lines, double zip, double archive) {
        Table table = new Table("START", "INIT", "FIRST EVENT", "BOTH", "");
        lines.forEach(line -> table.row(
                line.name(),
                millis(line.init()),
                millis(line.firstEvent()),
                millis(line.init() + line.firstEvent()),
                line.kind().snapshot() ? "with SnapStart, the init is in the snapshot" : ""));
        table.print(terminal(), "");
        String about =
                "Medians of %d; %s, Java %s; zip %.1f MiB, archive of classes %.0f MiB. What AWS takes to restore a snapshot is not measured here."
                        .formatted(
                                runs,
                                Text.count(Runtime.getRuntime().availableProcessors(), "processor"),
                                System.getProperty("java.version"),
                                zip,
                                archive);
        terminal().print(terminal().styled(Terminal.Style.DIM, about));
    }

    private static String millis(double value) {
        return Text.number(Math.round(value)) + " ms";
    }
}
