package io.triggerflow.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a function was like before it was attached, kept on the function itself as tags, so that whoever detaches it need not be who attached
 * it. A tag has at most 256 characters, so there is one for the numbers and one for each destination. Tags belong to a function, settings to
 * a version or an alias of it: its name is part of the keys.
 *
 * @param stack to which deployment it is attached
 * @param was the settings before
 */
record Attachment(String stack, TargetFunction.Settings was) {
    private static final int LONGEST_KEY = 128;
    private static final int LONGEST_VALUE = 256;
    private static final String CHARACTERS = "[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*";
    private static final List<String> PARTS = List.of("stack", "was", "was-on-success", "was-on-failure");

    private static String key(TargetFunction target, String part) {
        return "triggerflow:" + part + (target.qualifier().isEmpty() ? "" : ":" + target.qualifier());
    }

    private static String path(TargetFunction target) {
        return "/2017-03-31/tags/" + Aws.encode(target.arn());
    }

    /** What the function's tags say; empty when it is not attached. */
    static Optional<Attachment> read(Aws aws, TargetFunction target) {
        JsonNode tags =
                aws.rest("lambda", "GET", path(target), Session.JSON.nullNode()).path("Tags");
        String stack = tags.path(key(target, "stack")).asText("");
        if (stack.isEmpty()) {
            return Optional.empty();
        }
        Map<String, String> was = new TreeMap<>();
        for (String pair : tags.path(key(target, "was")).asText("").split(" ")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                was.put(pair.substring(0, equals), pair.substring(equals + 1));
            }
        }
        return Optional.of(new Attachment(
                stack,
                new TargetFunction.Settings(
                        !"none".equals(was.get("config")),
                        Optional.ofNullable(was.get("retries")).map(Integer::valueOf),
                        Optional.ofNullable(was.get("age")).map(Integer::valueOf),
                        text(tags, key(target, "was-on-success")),
                        text(tags, key(target, "was-on-failure")),
                        was.getOrDefault("recursion", "Terminate"))));
    }

    private static Optional<String> text(JsonNode tags, String key) {
        return Optional.of(tags.path(key).asText("")).filter(text -> !text.isEmpty());
    }

    private Map<String, String> tags(TargetFunction target) {
        List<String> numbers = new ArrayList<>();
        if (!was.configured()) {
            numbers.add("config=none");
        }
        was.retries().ifPresent(n -> numbers.add("retries=" + n));
        was.ageSeconds().ifPresent(n -> numbers.add("age=" + n));
        numbers.add("recursion=" + was.recursion());
        Map<String, String> tags = new LinkedHashMap<>();
        tags.put(key(target, "stack"), stack);
        tags.put(key(target, "was"), String.join(" ", numbers));
        was.onSuccess().ifPresent(arn -> tags.put(key(target, "was-on-success"), arn));
        was.onFailure().ifPresent(arn -> tags.put(key(target, "was-on-failure"), arn));
        return tags;
    }

    /** What cannot be kept in tags, so that detaching could not restore it; empty when all of it can. */
    Optional<String> unkept(TargetFunction target) {
        return tags(target).entrySet().stream()
                .filter(tag -> tag.getKey().length() > LONGEST_KEY
                        || tag.getValue().length() > LONGEST_VALUE
                        || !(tag.getKey() + tag.getValue()).matches(CHARACTERS))
                .map(tag -> tag.getKey() + " = " + tag.getValue())
                .findFirst();
    }

    void write(Aws aws, TargetFunction target) {
        ObjectNode body = Session.JSON.createObjectNode();
        ObjectNode tags = body.putObject("Tags");
        tags(target).forEach(tags::put);
        aws.rest("lambda", "POST", path(target), body);
    }

    static void forget(Aws aws, TargetFunction target) {
        String keys = String.join(
                "&",
                PARTS.stream()
                        .map(part -> "tagKeys=" + Aws.encode(key(target, part)))
                        .toList());
        aws.rest("lambda", "DELETE", path(target) + "?" + keys, Session.JSON.nullNode());
    }
}
