package io.triggerflow.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.triggerflow.client.TriggerflowClient;
import io.triggerflow.client.Workspace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Looks at the engine's functions, and at those that stored workflows launch. */
final class FunctionCheckup {
    private static final String SCHEDULE = "SweeperFunctionMinute";

    private final Deployed deployed;
    private final TriggerflowClient client;

    FunctionCheckup(Deployed deployed, TriggerflowClient client) {
        this.deployed = deployed;
        this.client = client;
    }

    List<Finding> engine() {
        String name = deployed.output("EngineFunction");
        List<Finding> findings = new ArrayList<>();
        TargetFunction engine = TargetFunction.read(deployed.aws(), name);
        boolean loops = engine.settings().recursion().equals("Allow");
        findings.add(Finding.unless(
                loops,
                Finding.Level.FAIL,
                "engine",
                loops ? "runs of any length" : "Lambda stops a run after about 16 steps",
                "aws lambda put-function-recursion-config --function-name " + name + " --recursive-loop Allow"));
        findings.addAll(mapping("engine", deployed.output("QueueArn")));
        findings.addAll(mapping("dead letters", deployed.output("QueueArn").replaceFirst("[^:]*$", deadLetterQueue())));
        return findings;
    }

    private String deadLetterQueue() {
        String url = deployed.output("DeadLetterQueueUrl");
        return url.substring(url.lastIndexOf('/') + 1);
    }

    /** Nothing reads a queue whose mapping is off, and a batch of which one message fails comes again whole without partial answers. */
    private List<Finding> mapping(String subject, String queueArn) {
        JsonNode mappings = deployed.aws()
                .rest(
                        "lambda",
                        "GET",
                        "/2015-03-31/event-source-mappings?EventSourceArn=" + Aws.encode(queueArn),
                        Session.JSON.nullNode())
                .path("EventSourceMappings");
        if (mappings.isEmpty()) {
            return List.of(Finding.fail(
                    subject,
                    "no function reads " + queueArn,
                    "sam deploy (template.yaml has the event source mapping)"));
        }
        List<Finding> findings = new ArrayList<>();
        mappings.forEach(mapping -> {
            String state = mapping.path("State").asText();
            boolean partial = mapping.path("FunctionResponseTypes").toString().contains("ReportBatchItemFailures");
            findings.add(Finding.unless(
                    state.equals("Enabled") && partial,
                    List.of("Enabling", "Updating", "Creating").contains(state)
                            ? Finding.Level.WARN
                            : Finding.Level.FAIL,
                    subject,
                    "reads its queue: " + state + (partial ? "" : ", but does not answer for single messages"),
                    partial
                            ? "aws lambda update-event-source-mapping --enabled --uuid "
                                    + mapping.path("UUID").asText()
                            : "sam deploy (template.yaml has ReportBatchItemFailures)"));
        });
        return findings;
    }

    List<Finding> sweeper() {
        Optional<String> schedule = Optional.ofNullable(deployed.resources().get(SCHEDULE));
        if (schedule.isEmpty() || deployed.aws().isLocal()) {
            return deployed.aws().isLocal()
                    ? List.of()
                    : List.of(
                            Finding.fail("sweeper", "nothing calls it", "sam deploy (template.yaml has its schedule)"));
        }
        String state = deployed.aws()
                .rest("scheduler", "GET", "/schedules/" + Aws.encode(schedule.get()), Session.JSON.nullNode())
                .path("State")
                .asText();
        return List.of(Finding.unless(
                state.equals("ENABLED"),
                Finding.Level.FAIL,
                "sweeper",
                "its schedule is " + state,
                "sam deploy (template.yaml enables the schedule " + schedule.get() + ")"));
    }

    // ---- Functions that workflows launch
    // --------------------------------------------------------------------------------------

    List<Finding> used() {
        Map<String, Set<String>> users = new TreeMap<>();
        for (JsonNode one : client.workspaces()) {
            String name = one.path("name").asText();
            Workspace workspace = client.workspace(name);
            Set<String> workflows = new TreeSet<>();
            workspace.workflows().forEach(w -> workflows.add(w.path("workflow").asText()));
            workflows.forEach(workflow ->
                    collect(workspace.workflow(workflow).path("definition"), "workflow " + workflow, users));
            collect(Session.JSON.valueToTree(workspace.triggers().list()), "triggers of " + name, users);
        }
        List<Finding> findings = new ArrayList<>();
        users.forEach((function, by) -> findings.addAll(function(function, String.join(", ", by))));
        return findings;
    }

    /** Every function that is named as it stands; what an expression names is known when the run comes there. */
    private static void collect(JsonNode json, String user, Map<String, Set<String>> users) {
        JsonNode function = json.path("invoke").path("function");
        if (function.isTextual() && !function.asText().contains("{%")) {
            users.computeIfAbsent(function.asText(), f -> new TreeSet<>()).add(user);
        }
        json.forEach(child -> collect(child, user, users));
    }

    private List<Finding> function(String named, String users) {
        TargetFunction target;
        try {
            target = TargetFunction.read(deployed.aws(), named);
        } catch (Aws.Refused e) {
            if (!e.isMissing()) {
                throw e;
            }
            return List.of(Finding.fail(
                    named, "there is no such function; used by " + users, "deploy it, or correct its name"));
        }
        TargetFunction.Settings settings = target.settings();
        List<String> faults = new ArrayList<>();
        if (!isHeard(settings.onSuccess()) || !isHeard(settings.onFailure())) {
            faults.add("its end is not heard (no destination for "
                    + (isHeard(settings.onFailure()) ? "success" : isHeard(settings.onSuccess()) ? "failure" : "either")
                    + ")");
        }
        if (!settings.recursion().equals("Allow")) {
            faults.add("Lambda stops its loop after 16 rounds");
        }
        List<Finding> findings = new ArrayList<>();
        if (!faults.isEmpty()) {
            findings.add(Finding.fail(
                    named, String.join(", ", faults) + "; used by " + users, "triggerflow attach " + target.label()));
        } else if (!settings.retries().equals(Optional.of(0))) {
            findings.add(Finding.warn(
                    named,
                    "Lambda itself tries " + settings.retries().orElse(2)
                            + " times again, minutes later, before a failure is told; used by " + users,
                    "triggerflow attach " + target.label()));
        } else {
            findings.add(Finding.ok(named, "tells how it ends; used by " + users));
        }
        Admission.of(deployed, target)
                .ifPresent(admission -> findings.add(Finding.fail(named, admission.why(), admission.next())));
        return findings;
    }

    /** The bus is as good as the queue: its rule forwards what functions tell it. */
    private boolean isHeard(Optional<String> destination) {
        return destination
                .filter(arn -> arn.equals(deployed.output("QueueArn"))
                        || arn.equals(deployed.outputs().getOrDefault("BusArn", "")))
                .isPresent();
    }
}
