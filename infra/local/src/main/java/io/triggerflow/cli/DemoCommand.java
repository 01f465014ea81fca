package io.triggerflow.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.triggerflow.client.Run;
import io.triggerflow.client.RunHandle;
import io.triggerflow.client.RunStatus;
import io.triggerflow.client.TriggerflowClient;
import io.triggerflow.client.Workspace;
import io.triggerflow.local.LocalRuntime;
import io.triggerflow.local.LocalRuntimeOptions;
import io.triggerflow.local.usage.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Counts the words of a directory, by the deployment itself on this machine. */
@Command(
        name = "demo",
        description = "Count the words of a directory's .txt files with real functions, on this machine.",
        mixinStandardHelpOptions = true)
final class DemoCommand extends Verb {
    private static final Duration LONGEST = Duration.ofMinutes(30);
    private static final Duration BETWEEN_FRAMES = Duration.ofMillis(120);
    private static final Duration FIRST_LOOK = Duration.ofMillis(200);
    private static final Duration LAST_LOOK = Duration.ofSeconds(1);
    private static final String SUFFIX = ".txt";
    private static final int WORDS_SHOWN = 10;
    private static final int UNREADABLE_SHOWN = 5;
    /** Start, list, choice, map, and the two steps of the reduction: what a state machine would pass beside one state a file and a part. */
    private static final int FIXED_TRANSITIONS = 6;

    @Parameters(
            arity = "0..1",
            paramLabel = "DIR",
            description = "The directory. Default: the texts that the project ships.")
    private Path directory;

    @Option(
            names = "--top",
            paramLabel = "N",
            defaultValue = "" + WORDS_SHOWN,
            description = "How many words to show. Default: ${DEFAULT-VALUE}.")
    private int top;

    @Option(
            names = {"-p", "--port"},
            paramLabel = "PORT",
            defaultValue = "0",
            description = "The port; 0, the default, takes any.")
    private int port;

    @Option(names = "--no-iam", description = "Do not hold functions and services to the permissions of the template.")
    private boolean noIam;

    @Option(names = "--keep", description = "Leave everything running afterwards, until Ctrl-C.")
    private boolean keep;

    DemoCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() throws InterruptedException {
        Path texts = (directory == null ? Runtimes.home().resolve("functions/examples/texts") : directory)
                .toAbsolutePath()
                .normalize();
        long files = count(texts);
        LocalRuntimeOptions options = LocalRuntimeOptions.of(Runtimes.template())
                .withPort(port)
                .withMetered(true)
                .withEnforced(!noIam)
                .withParameters(Runtimes.fitting(Map.of()))
                .withLog(session().options().verbose ? terminal().err()::println : line -> {});
        say("Starting the deployment on this machine ...");
        Instant begun = Instant.now();
        try (LocalRuntime runtime = Runtimes.start(options);
                TriggerflowClient client = Runtimes.client(runtime)) {
            say("Ready at " + runtime.endpoint() + " after " + Text.duration(Duration.between(begun, Instant.now()))
                    + "; counting the words of " + Text.count(files, "file") + " in " + texts);
            Run run = count(runtime, client.workspace(session().options().workspace), texts, files);
            if (keep) {
                keep(runtime);
            }
            return Runs.status(run);
        }
    }

    private void say(String line) {
        if (!session().json()) {
            terminal().err().println(line);
        }
    }

    private static long count(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw CliException.unusable(
                    "NoDirectory",
                    "Expected a directory with text files at " + directory + ", but there is "
                            + (Files.exists(directory) ? "a file" : "none"));
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(Files::isRegularFile)
                    .map(p -> p.getFileName().toString())
                    .filter(n -> n.endsWith(SUFFIX) && !n.startsWith("."))
                    .count();
        } catch (IOException e) {
            throw CliException.unusable("NoDirectory", "Expected to list " + directory + ", but: " + e);
        }
    }

    private Run count(LocalRuntime runtime, Workspace workspace, Path texts, long files) throws InterruptedException {
        JsonNode bundle = Inputs.tree(Runtimes.home().resolve("functions/examples/bundles/wordcount.yaml"));
        Workspace.Deployed deployed = workspace.deploy(bundle);
        Usage.Totals before = runtime.usage().totals();
        RunHandle handle = workspace.start(
                deployed.workflow(), Map.of("dir", texts.toString(), "top", Math.max(1, Math.min(1_000, top))));
        Run run = follow(runtime, handle, before, files);
        Usage.Totals used = runtime.usage().totals().since(before);
        var timeline = new Timeline(
                runtime.usage().calls(run.startedAt()),
                run.startedAt(),
                run.endedAt().orElseGet(Instant::now));
        long transitions = FIXED_TRANSITIONS
                + used.functions().entrySet().stream()
                        .filter(e -> !Cost.isEngines(e.getKey()))
                        .mapToLong(e -> e.getValue().invocations())
                        .sum();
        session().answer(document(runtime, run, used, transitions), () -> tell(run, used, timeline, transitions));
        return run;
    }

    private Run follow(LocalRuntime runtime, RunHandle handle, Usage.Totals before, long files)
            throws InterruptedException {
        Instant start = Instant.now();
        Duration pause = FIRST_LOOK;
        Instant looked = start;
        try (Progress progress = new Progress(session())) {
            Run run = handle.status();
            while (!run.status().isFinished()) {
                draw(progress, runtime.usage().totals().since(before), files, Duration.between(start, Instant.now()));
                if (Duration.between(start, Instant.now()).compareTo(LONGEST) > 0) {
                    throw CliException.failed(
                            "TooLong",
                            "Expected the run to end within " + Text.duration(LONGEST)
                                    + ", but it has not; --verbose shows what the functions log");
                }
                Thread.sleep(BETWEEN_FRAMES);
                // Short looks now and then, not long polls: the API function is billed for the time that it waits.
                if (Duration.between(looked, Instant.now()).compareTo(pause) > 0) {
                    run = handle.status();
                    looked = Instant.now();
                    pause = pause.multipliedBy(2).compareTo(LAST_LOOK) > 0 ? LAST_LOOK : pause.multipliedBy(2);
                }
            }
            return run;
        }
    }

    private static long calls(Usage.Totals used, String function) {
        return used.functions().entrySet().stream()
                .filter(e -> e.getKey()
                        .toLowerCase(java.util.Locale.ROOT)
                        .replace("-", "")
                        .contains(function))
                .mapToLong(e -> e.getValue().invocations())
                .sum();
    }

    private void draw(Progress progress, Usage.Totals used, long files, Duration elapsed) {
        boolean listed = calls(used, "listfiles") > 0;
        long mapped = Math.min(files, calls(used, "countwords"));
        long reduced = calls(used, "mergecounts");
        long parts = Math.ceilDiv(files, 100) + 1;
        List<String> lines = new ArrayList<>();
        lines.add(step("found", listed ? files : 0, files, elapsed));
        lines.add(step("mapped", mapped, files, elapsed));
        lines.add(step("reduced", Math.min(reduced, parts), parts, elapsed));
        lines.add(terminal()
                .styled(
                        Terminal.Style.DIM,
                        "engine: "
                                + Text.count(
                                        used.functions().entrySet().stream()
                                                .filter(e -> e.getKey().contains("EngineFunction"))
                                                .mapToLong(e -> e.getValue().invocations())
                                                .sum(),
                                        "invocation")
                                + ", " + Text.number(Math.round(used.writeUnits())) + " write units, "
                                + Text.duration(elapsed)));
        progress.show(
                "mapped " + Text.number(mapped) + " of " + Text.count(files, "file") + ", " + Text.duration(elapsed),
                lines);
    }

    private String step(String name, long done, long all, Duration elapsed) {
        String bar = Progress.bar(done, all, Math.min(40, terminal().columns() - 40));
        boolean finished = all > 0 && done >= all;
        return String.format("%-8s ", name)
                + terminal().styled(finished ? Terminal.Style.GREEN : Terminal.Style.CYAN, bar) + " "
                + Text.number(done) + " / " + Text.number(all);
    }

    private void tell(Run run, Usage.Totals used, Timeline timeline, long transitions) {
        Terminal terminal = terminal();
        if (run.status() == RunStatus.SUCCEEDED) {
            result(run.output());
            terminal.print("");
        }
        terminal.print(terminal.styled(Terminal.Style.BOLD, "Timeline"));
        timeline.print(terminal);
        terminal.print("");
        Cost.of(used).print(terminal, transitions);
        terminal.print("");
        terminal.print(Runs.outcome(terminal, run));
    }

    private void result(JsonNode output) {
        Terminal terminal = terminal();
        long files = output.path("files").asLong();
        if (files == 0 && output.path("unreadable").isEmpty()) {
            terminal.print("There are no " + SUFFIX + " files in this directory: nothing to count");
            return;
        }
        var words = Session.JSON.convertValue(output.path("top"), Map.class);
        Table table = new Table("WORD", "TIMES", "");
        List<Map.Entry<String, Long>> most = most(words);
        long largest = most.isEmpty() ? 1 : most.getFirst().getValue();
        most.forEach(e -> table.row(
                e.getKey(), Text.number(e.getValue()), "█".repeat((int) Math.max(1, 40 * e.getValue() / largest))));
        table.print(terminal, "No words");
        terminal.print("");
        terminal.print(terminal.styled(
                        Terminal.Style.BOLD, Text.count(output.path("words").asLong(), "word")) + " in "
                + Text.count(output.path("lines").asLong(), "line") + " of " + Text.count(files, "file") + ", "
                + Text.count(output.path("bytes").asLong(), "byte"));
        unreadable(output.path("unreadable"));
    }

    private void unreadable(JsonNode items) {
        for (int i = 0; i < Math.min(UNREADABLE_SHOWN, items.size()); i++) {
            terminal()
                    .print(terminal().styled(Terminal.Style.YELLOW, "Not counted: ")
                            + items.path(i).path("why").asText(items.path(i).toString()));
        }
        if (items.size() > UNREADABLE_SHOWN) {
            terminal().print("... and " + Text.count(items.size() - UNREADABLE_SHOWN, "other file") + " not counted");
        }
    }

    private List<Map.Entry<String, Long>> most(Map<?, ?> words) {
        List<Map.Entry<String, Long>> all = new ArrayList<>();
        words.forEach((word, times) -> all.add(Map.entry(String.valueOf(word), ((Number) times).longValue())));
        all.sort(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()));
        return all.subList(0, Math.min(all.size(), Math.max(0, top)));
    }

    private ObjectNode document(LocalRuntime runtime, Run run, Usage.Totals used, long transitions) {
        ObjectNode document = Session.JSON.createObjectNode();
        document.set("run", run.json());
        document.set("metrics", Runtimes.metrics(runtime));
        document.set("cost", Cost.of(used).json(transitions));
        ObjectNode usage =
                document.putObject("usage").put("writeUnits", used.writeUnits()).put("readUnits", used.readUnits());
        usage.set("requests", Session.JSON.valueToTree(used.requests()));
        ObjectNode functions = usage.putObject("functions");
        used.functions().forEach((name, total) -> functions
                .putObject(name)
                .put("invocations", total.invocations())
                .put("failures", total.failures())
                .put("millis", total.took().toMillis())
                .put("gigabyteSeconds", total.gigabyteSeconds()));
        return document;
    }

    private void keep(LocalRuntime runtime) throws InterruptedException {
        terminal()
                .err()
                .println("Still running at " + runtime.endpoint() + "; 'infra/triggerflow --endpoint "
                        + Runtimes.api(runtime).map(Object::toString).orElse("")
                        + " runs' shows the run. Ctrl-C stops it.");
        var stopping = new CountDownLatch(1);
        runtime.closeOnExit();
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(stopping::countDown));
        stopping.await();
    }
}
