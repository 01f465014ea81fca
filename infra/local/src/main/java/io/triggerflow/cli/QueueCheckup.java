package io.triggerflow.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

/** Looks at the event queue and its dead-letter queue. */
final class QueueCheckup {
    /** As AWS advises: a message that a dead engine had taken must not come back while a slow one still has it. */
    private static final int VISIBILITY_FACTOR = 6;

    private final Deployed deployed;

    QueueCheckup(Deployed deployed) {
        this.deployed = deployed;
    }

    private JsonNode attributes(String url) {
        ObjectNode request = Session.JSON.createObjectNode().put("QueueUrl", url);
        request.putArray("AttributeNames").add("All");
        return deployed.aws()
                .json("sqs", "AmazonSQS.GetQueueAttributes", request)
                .path("Attributes");
    }

    List<Finding> events() {
        JsonNode queue = attributes(deployed.output("QueueUrl"));
        List<Finding> findings = new ArrayList<>();
        findings.add(visibility(queue.path("VisibilityTimeout").asInt()));
        String redrive = queue.path("RedrivePolicy").asText("");
        findings.add(Finding.unless(
                redrive.contains("deadLetterTargetArn"),
                Finding.Level.FAIL,
                "queue",
                redrive.isEmpty()
                        ? "has no dead-letter queue: what cannot be handled comes for ever"
                        : "what cannot be handled goes to the dead-letter queue after "
                                + parsed(redrive).path("maxReceiveCount").asText() + " times",
                "sam deploy (template.yaml has it)"));
        if (!deployed.aws().isLocal()) {
            findings.add(policy(queue.path("Policy").asText("")));
            boolean encrypted =
                    queue.path("SqsManagedSseEnabled").asText().equals("true") || queue.has("KmsMasterKeyId");
            findings.add(Finding.unless(
                    encrypted,
                    Finding.Level.WARN,
                    "queue",
                    encrypted ? "encrypted at rest" : "not encrypted at rest",
                    "sam deploy (template.yaml has it)"));
        }
        long waiting = queue.path("ApproximateNumberOfMessages").asLong();
        findings.add(Finding.ok("queue", Text.count(waiting, "event") + " waiting"));
        return findings;
    }

    private Finding visibility(int seconds) {
        String function = deployed.output("EngineFunction");
        int timeout = deployed.aws()
                .rest("lambda", "GET", "/2015-03-31/functions/" + function + "/configuration", Session.JSON.nullNode())
                .path("Timeout")
                .asInt();
        return Finding.unless(
                seconds >= VISIBILITY_FACTOR * timeout,
                seconds < timeout ? Finding.Level.FAIL : Finding.Level.WARN,
                "queue",
                "a message comes again after " + seconds + " s; the engine may take " + timeout + " s",
                "sam deploy --parameter-overrides VisibilityTimeout=" + VISIBILITY_FACTOR * timeout);
    }

    /** What template.yaml says: only the bus, and the roles that are named, may send; and only encrypted. */
    private static Finding policy(String text) {
        List<String> denied = StreamSupport.stream(
                        parsed(text).path("Statement").spliterator(), false)
                .filter(s -> s.path("Effect").asText().equals("Deny"))
                .map(s -> s.path("Condition").toString())
                .toList();
        boolean onlyKnown = denied.stream().anyMatch(c -> c.contains("aws:PrincipalArn"));
        boolean onlyEncrypted = denied.stream().anyMatch(c -> c.contains("aws:SecureTransport"));
        return Finding.unless(
                onlyKnown && onlyEncrypted,
                Finding.Level.FAIL,
                "queue policy",
                (onlyKnown ? "only known roles may send" : "whoever may send to all queues may forge the end of a task")
                        + (onlyEncrypted ? ", encrypted" : "; unencrypted requests are taken"),
                "sam deploy (template.yaml has it)");
    }

    private static JsonNode parsed(String json) {
        try {
            return json.isEmpty() ? Session.JSON.createObjectNode() : Session.JSON.readTree(json);
        } catch (JsonProcessingException e) {
            return Session.JSON.createObjectNode();
        }
    }

    List<Finding> deadLetters() {
        String url = deployed.output("DeadLetterQueueUrl");
        long waiting = attributes(url).path("ApproximateNumberOfMessages").asLong();
        return List.of(Finding.unless(
                waiting == 0,
                Finding.Level.WARN,
                "dead-letter queue",
                waiting == 0 ? "empty" : Text.count(waiting, "message") + " not parked yet",
                "aws logs tail /aws/lambda/" + deployed.stack() + "-DeadLetterFunction --since 1h"));
    }
}
