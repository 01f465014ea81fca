package io.triggerflow.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.triggerflow.client.HistoryEntry;
import io.triggerflow.client.Run;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What a load would cost on AWS. */
@Command(
        name = "cost",
        description = "Dollars a month for a load, from counted requests and list prices, beside what others take.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Numbers may be written 10k or 2.5M. Left out: data transfer, traces, the bus, timers longer than 15 minutes, free tiers.",
            "For example: triggerflow cost --runs 10k --transitions 200k; triggerflow cost --run order-17 --runs 1M"
        })
final class CostCommand extends Verb {
    /** 10k, 2.5M, 1e6. */
    static final class Amount implements ITypeConverter<Double> {
        @Override
        public Double convert(String text) {
            String number = text.strip().replaceFirst("(?i)[km]$", "");
            double factor = number.length() == text.strip().length()
                    ? 1
                    : text.strip().toLowerCase(Locale.ROOT).endsWith("k") ? 1e3 : 1e6;
            try {
                double value = Double.parseDouble(number.replace("_", "")) * factor;
                if (value >= 0 && !Double.isInfinite(value)) {
                    return value;
                }
            } catch (NumberFormatException e) {
                throw new TypeConversionException(
                        "Expected a number such as 5000, 10k or 2.5M, but got '" + text + "'");
            }
            throw new TypeConversionException("Expected a number from 0 on, but got '" + text + "'");
        }
    }

    @Option(names = "--runs", paramLabel = "N", converter = Amount.class, description = "Runs started a month.")
    private Double runs;

    @Option(
            names = "--transitions",
            paramLabel = "N",
            converter = Amount.class,
            description = "Steps in a row a month, of all runs together: a task ended, the next one launched.")
    private Double transitions;

    @Option(
            names = {"--members", "--joins"},
            paramLabel = "N",
            converter = Amount.class,
            description = "Events that arrive at joins a month: tasks that ran side by side.")
    private Double members;

    @Option(
            names = "--run",
            paramLabel = "RUN",
            description =
                    "Take the steps of this run from its history; --runs says how many such a month. Without it: this run alone.")
    private String run;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "10",
            description =
                    "Messages an invocation of the engine (EngineBatchSize, when there are as many). Default: ${DEFAULT-VALUE}.")
    private int batch;

    @Option(
            names = "--kilobytes",
            paramLabel = "KB",
            defaultValue = "1",
            description = "Of an event with its data. Default: ${DEFAULT-VALUE}.")
    private double kilobytes;

    @Option(
            names = "--engine-gb",
            paramLabel = "GB",
            defaultValue = "1",
            description = "The engine's memory. Default: ${DEFAULT-VALUE}.")
    private double engineGigabytes;

    @Option(
            names = "--run-seconds",
            paramLabel = "S",
            description = "How long a run takes; for Express workflows. Default: 1 for each step in a row.")
    private Double runSeconds;

    @Option(
            names = "--gb-seconds",
            paramLabel = "N",
            converter = Amount.class,
            description = "GB-seconds of your own functions a month: the same whoever orchestrates them.")
    private Double functionGigabyteSeconds;

    CostCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        if (batch < 1 || batch > 10_000 || kilobytes <= 0 || kilobytes > 1_024 || engineGigabytes <= 0) {
            throw CliException.unusable(
                    "Usage",
                    "Expected --batch from 1 to 10000, --kilobytes up to 1024 and --engine-gb above 0, but got " + batch
                            + ", " + kilobytes + " and " + engineGigabytes);
        }
        if (run == null && runs == null && transitions == null && members == null) {
            throw CliException.unusable(
                    "Usage", "Expected a load, but got none: --runs, --transitions, --members, or --run RUN");
        }
        boolean alone = run != null && runs == null;
        Load load = run == null ? given() : recorded().times(runs == null ? 1 : runs);
        var model = new CostModel();
        Cost cost = model.of(load);
        Cost standing = alone ? new Cost(List.of(), cost.prices()) : model.standing();
        List<CostModel.Other> others = model.others(load);
        session().answer(document(load, cost, standing, others), () -> tell(load, cost, standing, others));
        return Exit.OK;
    }

    private static double of(Double given) {
        return given == null ? 0 : given;
    }

    private Load given() {
        double perRun = of(runs) == 0 ? 1 : Math.max(1, of(transitions) / runs);
        return load(of(runs), of(transitions), of(members), runSeconds == null ? perRun : runSeconds);
    }

    private Load load(double started, double inARow, double joined, double seconds) {
        return new Load(
                started, inARow, joined, batch, kilobytes, engineGigabytes, seconds, of(functionGigabyteSeconds));
    }

    /** What a run did: its entries are its transitions, and launches whose ends have no entry were members of joins. */
    private Load recorded() {
        Run status = session().workspace().run(run).status();
        List<HistoryEntry> history = session().workspace().run(run).history();
        double launched = 0;
        double ended = 0;
        for (HistoryEntry entry : history) {
            for (JsonNode launch : entry.json().path("launches")) {
                launched += switch (launch.path("kind").asText()) {
                    case "invoke", "start" -> 1;
                    case "fanout" -> launch.path("items").asInt();
                    default -> 0;
                };
            }
            ended += entry.json().path("cause").has("launch") ? 1 : 0;
        }
        Duration took = Duration.between(status.startedAt(), status.endedAt().orElseGet(Instant::now));
        double seconds = runSeconds == null ? Math.max(1, took.toSeconds()) : runSeconds;
        return load(1, Math.max(0, history.size() - 1.0), Math.max(0, launched - ended), seconds);
    }

    private ObjectNode document(Load load, Cost cost, Cost standing, List<CostModel.Other> others) {
        ObjectNode document = cost.json().put("standingDollars", standing.total());
        document.set("standing", standing.json().path("items"));
        document.set("load", load.json());
        var list = document.putArray("others");
        others.forEach(other -> list.add(other.json()));
        return document;
    }

    private void tell(Load load, Cost cost, Cost standing, List<CostModel.Other> others) {
        Terminal terminal = terminal();
        boolean monthly = !standing.lines().isEmpty();
        terminal.print(Text.count(Math.round(load.runs()), "run") + ", "
                + Text.count(Math.round(load.transitions()), "transition") + ", "
                + Text.count(Math.round(load.members()), "join member") + (monthly ? " a month" : "")
                + ", in batches of "
                + batch);
        cost.print(terminal);
        if (monthly) {
            terminal.print("");
            terminal.print("A month of the deployment, whatever is asked of it");
            standing.print(terminal);
        }
        terminal.print("");
        Table table = new Table("ORCHESTRATION BY", "COST", "TIMES", "");
        double own = cost.orchestration() + standing.total();
        table.row(
                "Triggerflow",
                Text.dollars(own),
                "1.0",
                monthly ? Text.dollars(cost.orchestration()) + " for the load" : "");
        others.forEach(other -> table.row(
                other.name(),
                other.possible() ? Text.dollars(other.dollars()) : "(" + Text.dollars(other.dollars()) + ")",
                String.format(Locale.ROOT, "%.1f", other.dollars() / Math.max(1e-12, own)),
                other.note()));
        table.print(terminal, "");
        if (load.steps() > 0) {
            terminal.print(
                    "A million steps of this kind: " + Text.dollars(cost.orchestration() * 1e6 / load.steps()) + ".");
        }
        terminal.print(terminal.styled(
                Terminal.Style.DIM,
                cost.prices().title() + ", without free tiers; in brackets, what cannot be done that way."));
    }
}
