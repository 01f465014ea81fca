package io.triggerflow.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.triggerflow.client.Parked;
import io.triggerflow.client.TriggerflowClient;
import io.triggerflow.core.control.Release;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Looks at a deployment as a whole: API, release, clock, stack, table, alarms. */
final class StackCheckup {
    static final String RUNBOOK = "infra/RUNBOOK.md";

    /** The alarms of infra/alarms.yaml, after the stack's name and a hyphen. */
    static final Set<String> ALARMS = Set.of(
            "DeadLetters",
            "DeadLettersStuck",
            "Parked",
            "OldEvents",
            "DestinationFailures",
            "RunsFailed",
            "EngineErrors",
            "ApiErrors",
            "BackgroundErrors",
            "Throttles",
            "SweeperSilent",
            "TableThrottling");

    private static final int SHOWN = 100;
    /** A signature is refused when the clocks are five minutes apart. */
    private static final Duration SIGNATURE_LIMIT = Duration.ofMinutes(5);

    private static final Duration NOTICEABLE = Duration.ofSeconds(10);

    private final Deployed deployed;
    private final TriggerflowClient client;

    StackCheckup(Deployed deployed, TriggerflowClient client) {
        this.deployed = deployed;
        this.client = client;
    }

    List<Finding> api() {
        Instant begun = Instant.now();
        JsonNode health = client.health();
        Duration took = Duration.between(begun, Instant.now());
        List<Finding> findings = new ArrayList<>();
        findings.add(Finding.ok("api", client.endpoint() + " answers after " + Text.duration(took)));
        String theirs = health.path("version").asText("unknown");
        findings.add(Finding.unless(
                theirs.equals(Release.version()),
                Finding.Level.WARN,
                "version",
                "deployed " + theirs + ", this command line " + Release.version(),
                "deploy this release (mvn -q verify && sam deploy), or use the command line of release " + theirs));
        code().ifPresent(findings::add);
        deployed.aws().clockSkew().ifPresent(skew -> findings.add(clock(skew)));
        return findings;
    }

    /** Whether what runs is what was built here, where both can be told: builds of the same sources are the same bytes. */
    private Optional<Finding> code() {
        String deployedHash = deployed.aws()
                .rest(
                        "lambda",
                        "GET",
                        "/2015-03-31/functions/" + deployed.output("EngineFunction") + "/configuration",
                        Session.JSON.nullNode())
                .path("CodeSha256")
                .asText("");
        return Runtimes.functionsHash()
                .filter(built -> !deployedHash.isEmpty())
                .map(built -> Finding.unless(
                        built.equals(deployedHash),
                        Finding.Level.WARN,
                        "code",
                        built.equals(deployedHash)
                                ? "what was built here is what runs"
                                : "what was built here (functions/target/functions.zip) is not what runs",
                        "sam deploy, if it should be"));
    }

    static Finding clock(Duration skew) {
        Duration apart = skew.abs();
        String found = "this machine's is " + Text.duration(apart) + (skew.isNegative() ? " behind" : " ahead");
        if (apart.compareTo(NOTICEABLE) < 0) {
            return Finding.ok("clock", "as AWS's, to " + Text.duration(NOTICEABLE));
        }
        return new Finding(
                apart.compareTo(SIGNATURE_LIMIT.dividedBy(2)) < 0 ? Finding.Level.WARN : Finding.Level.FAIL,
                "clock",
                found + "; requests are refused when it is 5 minutes",
                "set this machine's clock (timedatectl set-ntp true)");
    }

    List<Finding> stack() {
        String status = deployed.status();
        boolean settled = status.equals("CREATE_COMPLETE") || status.equals("UPDATE_COMPLETE");
        boolean busy = status.endsWith("_IN_PROGRESS");
        return List.of(Finding.unless(
                settled,
                busy ? Finding.Level.WARN : Finding.Level.FAIL,
                "stack",
                deployed.stack() + ", " + status,
                busy
                        ? "wait: aws cloudformation wait stack-update-complete --stack-name " + deployed.stack()
                        : "aws cloudformation describe-stack-events --stack-name " + deployed.stack()
                                + " shows what went wrong; then deploy again"));
    }

    List<Finding> table() {
        String name = deployed.output("TableName");
        JsonNode request = Session.JSON.createObjectNode().put("TableName", name);
        String status = deployed.aws()
                .json("dynamodb", "DynamoDB_20120810.DescribeTable", request)
                .path("Table")
                .path("TableStatus")
                .asText();
        JsonNode expiry = deployed.aws()
                .json("dynamodb", "DynamoDB_20120810.DescribeTimeToLive", request)
                .path("TimeToLiveDescription");
        boolean expires = expiry.path("TimeToLiveStatus").asText().startsWith("ENABL");
        return List.of(
                Finding.unless(
                        status.equals("ACTIVE"),
                        Finding.Level.FAIL,
                        "table",
                        name + ", " + status,
                        "aws dynamodb describe-table --table-name " + name),
                Finding.unless(
                        expires,
                        Finding.Level.WARN,
                        "table",
                        expires ? "old items expire" : "old items are never deleted: time to live is off",
                        "aws dynamodb update-time-to-live --table-name " + name
                                + " --time-to-live-specification Enabled=true,AttributeName=x"));
    }

    List<Finding> parked() {
        List<Parked.Message> some =
                client.parked().list(SHOWN, Optional.empty()).items();
        return List.of(Finding.unless(
                some.isEmpty(),
                Finding.Level.WARN,
                "dead letters",
                some.isEmpty()
                        ? "none"
                        : (some.size() == SHOWN ? SHOWN + " or more" : String.valueOf(some.size()))
                                + ", the newest: "
                                + Text.shortened(some.getFirst().last().error(), 80),
                "triggerflow dlq list"));
    }

    List<Finding> alarms() {
        if (deployed.aws().isLocal()) {
            return List.of();
        }
        JsonNode answer = deployed.aws()
                .query(
                        "monitoring",
                        "2010-08-01",
                        "DescribeAlarms",
                        Map.of("AlarmNamePrefix", deployed.stack() + "-", "MaxRecords", "100"));
        Set<String> missing = new TreeSet<>(ALARMS);
        List<Finding> findings = new ArrayList<>();
        for (String kind : List.of("MetricAlarms", "CompositeAlarms")) {
            answer.path(kind).forEach(alarm -> {
                String name = alarm.path("AlarmName")
                        .asText()
                        .substring(deployed.stack().length() + 1);
                if (missing.remove(name) && alarm.path("StateValue").asText().equals("ALARM")) {
                    findings.add(Finding.fail(
                            "alarm",
                            name + ": " + alarm.path("AlarmDescription").asText(),
                            RUNBOOK + ", " + name + ", says what to do"));
                }
            });
        }
        findings.add(Finding.unless(
                missing.isEmpty(),
                Finding.Level.WARN,
                "alarms",
                missing.isEmpty() ? ALARMS.size() + " are there" : "missing: " + String.join(", ", missing),
                "sam deploy (infra/alarms.yaml is part of template.yaml)"));
        return findings;
    }
}
