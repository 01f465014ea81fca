package io.triggerflow.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a load costs: counted requests and units times list prices, and what others would take for the same. Immutable. */
final class CostModel {
    private static final int MINUTES = 60 * 24 * 30;
    /** SQS bills by so much. */
    private static final double CHUNK = 64;
    /** Names of metrics in aws.metrics.Metric, and metrics that infra/alarms.yaml looks at. */
    private static final int METRICS = 17;

    private static final int ALARMED = 22;
    private static final double SWEEPER_GIGABYTES = 0.5;

    private final Prices prices = Prices.load();
    private final Counted counted = Counted.load();

    /** What the load itself costs. */
    Cost of(Load load) {
        List<Cost.Line> lines = new ArrayList<>();
        String member = Counted.member(load.batch());
        double invocations = load.events() / load.batch();
        double kilobytes = Math.ceil(load.kilobytes());
        add(
                lines,
                "SQS requests",
                load.events() * Math.ceil(load.kilobytes() / CHUNK) + 2 * invocations,
                "requests",
                "sqs.request");
        add(lines, "DynamoDB writes", kilobytes * units(load, member, "writeUnits"), "WRU", "dynamodb.write");
        add(lines, "DynamoDB reads", kilobytes * units(load, member, "readUnits"), "RRU", "dynamodb.read");
        add(
                lines,
                "DynamoDB storage, a month",
                kilobytes * (load.runs() + load.transitions()) / 1e6,
                "GB",
                "dynamodb.gbmonth");
        add(lines, "Lambda requests, engine", invocations, "invocations", "lambda.request");
        add(
                lines,
                "Lambda time, engine",
                units(load, member, "engineMillis") / 1_000 * load.engineGigabytes(),
                "GB-s",
                "lambda.gbsecond");
        add(lines, "API requests", load.runs(), "requests", "apigateway.request");
        add(lines, "Lambda requests, API", load.runs(), "invocations", "lambda.request");
        add(
                lines,
                "Lambda time, API",
                load.runs() * counted.of("start", "apiMillis") / 1_000,
                "GB-s",
                "lambda.gbsecond");
        add(lines, "Logs", (invocations + load.runs()) * counted.of("batch", "logBytes") / 1e9, "GB", "logs.gb");
        if (load.functionGigabyteSeconds() > 0) {
            lines.add(new Cost.Line(
                    "Lambda time, functions",
                    load.functionGigabyteSeconds(),
                    "GB-s",
                    load.functionGigabyteSeconds() * prices.of("lambda.gbsecond"),
                    false));
            lines.add(new Cost.Line(
                    "Lambda requests, functions",
                    load.steps(),
                    "invocations",
                    load.steps() * prices.of("lambda.request"),
                    false));
        }
        lines.removeIf(line -> line.amount() == 0);
        return new Cost(List.copyOf(lines), prices);
    }

    private double units(Load load, String member, String of) {
        return load.runs() * counted.of("run", of)
                + load.transitions() * counted.of("transition", of)
                + load.members() * counted.of(member, of);
    }

    /** What a deployment costs a month, whatever is asked of it. */
    Cost standing() {
        List<Cost.Line> lines = new ArrayList<>();
        add(lines, "Polls of two empty queues", MINUTES * counted.of("minute", "polls"), "requests", "sqs.request");
        add(
                lines,
                "Sweeper",
                MINUTES * counted.of("minute", "sweeperMillis") / 1_000 * SWEEPER_GIGABYTES,
                "GB-s",
                "lambda.gbsecond");
        add(lines, "Sweeper's reads", MINUTES * counted.of("minute", "readUnits"), "RRU", "dynamodb.read");
        add(lines, "Metrics", METRICS, "metrics", "cloudwatch.metric");
        add(lines, "Alarms", ALARMED, "metrics", "cloudwatch.alarm");
        add(lines, "Dashboard", 1, "dashboard", "cloudwatch.dashboard");
        return new Cost(List.copyOf(lines), prices);
    }

    private void add(List<Cost.Line> lines, String what, double amount, String unit, String price) {
        lines.add(new Cost.Line(what, amount, unit, amount * prices.of(price), true));
    }

    // ---- Others
    // --------------------------------------------------------------------------------------------------------------

    /**
     * Another orchestrator for the same load.
     *
     * @param dollars without the functions themselves
     * @param note why it cannot take the load, or how it was reckoned
     */
    record Other(String name, double dollars, boolean possible, String note) {
        ObjectNode json() {
            return Session.JSON
                    .createObjectNode()
                    .put("name", name)
                    .put("dollars", dollars)
                    .put("possible", possible)
                    .put("note", note);
        }
    }

    List<Other> others(Load load) {
        return List.of(standard(load), express(load), durable(load));
    }

    /** A transition a step, and one into the first state. */
    private Other standard(Load load) {
        long events = Math.round(load.stepsARun() * 5);
        boolean possible = events <= 25_000;
        return new Other(
                "Step Functions Standard",
                (load.steps() + load.runs()) * prices.of("stepfunctions.transition"),
                possible,
                possible
                        ? "a transition a step and a start"
                        : "about " + Text.number(events)
                                + " events a run; it takes 25,000, unless child workflows share them");
    }

    private Other express(Load load) {
        boolean possible = load.runSeconds() <= 300 && load.runs() > 0;
        return new Other(
                "Step Functions Express",
                load.runs()
                        * (prices.of("stepfunctions.express.request")
                                + load.runSeconds() * 0.0625 * prices.of("stepfunctions.express.gbsecond")),
                possible,
                load.runs() == 0
                        ? "paid by the run: --runs"
                        : String.format(Locale.ROOT, "%.0f s a run, 64 MB; ", load.runSeconds())
                                + (possible ? "at least once, no history" : "it takes 300 s at most"));
    }

    private Other durable(Load load) {
        boolean possible = load.stepsARun() <= 3_000;
        double gigabytes = load.steps() * load.kilobytes() / 1e6;
        return new Other(
                "Lambda durable functions",
                load.steps() * prices.of("durable.operation")
                        + gigabytes * (prices.of("durable.writtengb") + prices.of("durable.gbmonth") / 2),
                possible,
                possible
                        ? "an operation a step, kept for 14 days"
                        : Text.number(Math.round(load.stepsARun())) + " operations a run; it takes 3,000");
    }
}
