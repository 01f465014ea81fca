package io.triggerflow.local.iam.call;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.triggerflow.local.gateway.Guard;
import io.triggerflow.local.iam.Access;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** EventBridge: every entry of PutEvents needs the permission on its bus. */
final class EventsCalls implements Reading {
    private static final String DEFAULT_BUS = "default";
    private static final Set<String> BY_NAME =
            Set.of("PutRule", "DeleteRule", "EnableRule", "DisableRule", "DescribeRule");
    private static final Set<String> BY_RULE = Set.of("RemoveTargets", "ListTargetsByRule");
    private static final Set<String> ON_A_BUS = Set.of("CreateEventBus", "DeleteEventBus", "DescribeEventBus");
    private static final Set<String> ON_NONE = Set.of("ListRules", "ListEventBuses");
    /** What conditions can see of an entry. */
    private static final Map<String, String> VISIBLE =
            Map.of("Source", "events:source", "DetailType", "events:detail-type");

    private final Arns arns;

    EventsCalls(Arns arns) {
        this.arns = arns;
    }

    @Override
    public List<Access> of(Guard.Call call) throws IOException {
        String operation = Arns.operation(call);
        if (operation.equals("PutEvents")) {
            return entries(call.body());
        }
        if (operation.equals("PutTargets")) {
            return targets(call.body());
        }
        String action = "events:" + operation;
        if (ON_NONE.contains(operation)) {
            return List.of(Access.to(action, "*"));
        }
        Map<String, String> fields = Bodies.texts(call.body(), Set.of("Name", "Rule", "EventBusName"), 2);
        if (ON_A_BUS.contains(operation)) {
            return List.of(Access.to(action, bus(fields.getOrDefault("Name", DEFAULT_BUS))));
        }
        if (BY_NAME.contains(operation) || BY_RULE.contains(operation)) {
            String rule = fields.getOrDefault(BY_RULE.contains(operation) ? "Rule" : "Name", "");
            return List.of(Access.to(action, rule(fields.getOrDefault("EventBusName", DEFAULT_BUS), rule)));
        }
        throw new UnknownCallException(action);
    }

    private String bus(String nameOrArn) {
        return arns.of("events", "event-bus/", nameOrArn);
    }

    private String rule(String busNameOrArn, String name) {
        String bus = busNameOrArn.substring(busNameOrArn.lastIndexOf('/') + 1);
        return arns.arn("events", "rule/" + (bus.equals(DEFAULT_BUS) ? "" : bus + "/") + name);
    }

    private List<Access> entries(byte[] body) throws IOException {
        Set<Access> accesses = new LinkedHashSet<>();
        try (JsonParser parser = Bodies.parser(body)) {
            Bodies.fields(parser, (name, value) -> {
                if (name.equals("Entries") && value.currentToken() == JsonToken.START_ARRAY) {
                    while (value.nextToken() == JsonToken.START_OBJECT) {
                        accesses.add(entry(value));
                    }
                }
            });
        }
        return new ArrayList<>(accesses);
    }

    private Access entry(JsonParser parser) throws IOException {
        Map<String, String> context = new HashMap<>();
        String[] bus = {DEFAULT_BUS};
        Bodies.fields(parser, (name, value) -> {
            if (name.equals("EventBusName") && value.currentToken() == JsonToken.VALUE_STRING) {
                bus[0] = value.getText();
            } else if (VISIBLE.containsKey(name) && value.currentToken() == JsonToken.VALUE_STRING) {
                context.put(VISIBLE.get(name), value.getText());
            }
        });
        return new Access("events:PutEvents", bus(bus[0]), context);
    }

    /** Roles that targets are given must be ones that the caller may pass on. */
    private List<Access> targets(byte[] body) throws IOException {
        Map<String, String> fields = Bodies.texts(body, Set.of("Rule", "EventBusName"), 2);
        Set<Access> accesses = new LinkedHashSet<>();
        accesses.add(Access.to(
                "events:PutTargets",
                rule(fields.getOrDefault("EventBusName", DEFAULT_BUS), fields.getOrDefault("Rule", ""))));
        try (JsonParser parser = Bodies.parser(body)) {
            Bodies.fields(parser, (name, value) -> {
                if (name.equals("Targets") && value.currentToken() == JsonToken.START_ARRAY) {
                    while (value.nextToken() == JsonToken.START_OBJECT) {
                        Bodies.fields(value, (field, text) -> {
                            if (field.equals("RoleArn")) {
                                accesses.add(Access.to("iam:PassRole", text.getText())
                                        .with("iam:passedtoservice", "events.amazonaws.com"));
                            }
                        });
                    }
                }
            });
        }
        return new ArrayList<>(accesses);
    }
}
