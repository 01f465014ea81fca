package io.triggerflow.local.bus;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.triggerflow.local.AwsService;
import io.triggerflow.local.gateway.JsonProtocol;
import io.triggerflow.local.gateway.ServiceException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The EventBridge API over {@link Buses}. Rules made through it live as long as the process; those of the template are made anew. */
public final class EventsService implements AwsService {
    /** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html: entries of a request, bytes of a request. */
    private static final int MAX_ENTRIES = 10;

    private static final int MAX_BYTES = 1 << 20;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Buses buses;

    /** Creates the API. */
    public EventsService(Buses buses) {
        this.buses = buses;
    }

    @Override
    public String signingName() {
        return "events";
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        JsonProtocol.serve(exchange, this::call);
    }

    private JsonNode call(String operation, JsonNode in) {
        return switch (operation) {
            case "PutEvents" -> putEvents(in.path("Entries"));
            case "PutRule" -> putRule(in);
            case "DeleteRule" -> deleteRule(in);
            case "EnableRule" -> enable(in, true);
            case "DisableRule" -> enable(in, false);
            case "DescribeRule" -> describe(buses.rule(bus(in), JsonProtocol.required(in, "Name")));
            case "ListRules" -> listRules(in);
            case "PutTargets" -> putTargets(in);
            case "RemoveTargets" -> removeTargets(in);
            case "ListTargetsByRule" -> listTargets(in);
            case "CreateEventBus" -> createBus(in);
            case "DeleteEventBus" -> deleteBus(in);
            case "DescribeEventBus" -> describeBus(in.path("Name").asText(Buses.DEFAULT));
            case "ListEventBuses" -> listBuses(in.path("NamePrefix").asText(""));
            default ->
                throw new ServiceException(
                        501,
                        "UnknownOperationException",
                        "Expected an operation that the local EventBridge offers, but got " + operation);
        };
    }

    private static String bus(JsonNode in) {
        String name = in.path("EventBusName").asText(Buses.DEFAULT);
        return name.substring(name.lastIndexOf('/') + 1);
    }

    private ObjectNode putEvents(JsonNode entries) {
        if (entries.isEmpty() || entries.size() > MAX_ENTRIES) {
            throw ServiceException.invalid(
                    "1 validation error detected: Value at 'entries' failed to satisfy constraint: "
                            + "Member must have length between 1 and " + MAX_ENTRIES + ", inclusive");
        }
        long bytes = 0;
        for (JsonNode entry : entries) {
            bytes += size(entry);
        }
        if (bytes > MAX_BYTES) {
            throw ServiceException.invalid("Total size of the entries in the request is over the limit.");
        }
        int failed = 0;
        ObjectNode out = JSON.createObjectNode();
        ArrayNode results = out.putArray("Entries");
        for (JsonNode entry : entries) {
            ObjectNode result = putEvent(entry);
            failed += result.has("ErrorCode") ? 1 : 0;
            results.add(result);
        }
        out.put("FailedEntryCount", failed);
        return out;
    }

    /** AWS's way of counting: 14 bytes for a time, the rest as UTF-8. */
    private static long size(JsonNode entry) {
        long size = entry.hasNonNull("Time") ? 14 : 0;
        for (String field : List.of("Source", "DetailType", "Detail")) {
            size += entry.path(field).asText("").getBytes(StandardCharsets.UTF_8).length;
        }
        for (JsonNode resource : entry.path("Resources")) {
            size += resource.asText().getBytes(StandardCharsets.UTF_8).length;
        }
        return size;
    }

    private ObjectNode putEvent(JsonNode entry) {
        for (String field : List.of("Source", "DetailType", "Detail")) {
            if (entry.path(field).asText("").isEmpty()) {
                return error(
                        "InvalidArgument",
                        "Parameter " + field + " is not valid. Reason: " + field + " is a required argument.");
            }
        }
        String source = entry.path("Source").asText();
        if (source.startsWith("aws.")) {
            return error("NotAuthorizedForSourceException", "Not authorized for the source.");
        }
        JsonNode detail;
        try {
            detail = JSON.readTree(entry.path("Detail").asText());
        } catch (JsonProcessingException e) {
            return error("MalformedDetail", "Detail is malformed.");
        }
        if (!detail.isObject()) {
            return error("MalformedDetail", "Detail is malformed.");
        }
        var resources = new ArrayList<String>();
        entry.path("Resources").forEach(resource -> resources.add(resource.asText()));
        Optional<Instant> time = entry.path("Time").isNumber()
                ? Optional.of(Instant.ofEpochMilli((long) (entry.path("Time").asDouble() * 1000)))
                : Optional.empty();
        String id = buses.publish(bus(entry), source, entry.path("DetailType").asText(), detail, resources, time);
        return JSON.createObjectNode().put("EventId", id);
    }

    private static ObjectNode error(String code, String message) {
        return JSON.createObjectNode().put("ErrorCode", code).put("ErrorMessage", message);
    }

    private ObjectNode putRule(JsonNode in) {
        String name = JsonProtocol.required(in, "Name");
        String bus = bus(in);
        Optional<String> pattern = Optional.ofNullable(in.path("EventPattern").textValue());
        Optional<String> schedule =
                Optional.ofNullable(in.path("ScheduleExpression").textValue());
        if (pattern.isEmpty() && schedule.isEmpty()) {
            throw ServiceException.invalid("Parameter(s) EventPattern or ScheduleExpression must be specified.");
        }
        Map<String, Rule.RuleTarget> targets =
                buses.rules(bus).containsKey(name) ? buses.rule(bus, name).targets() : Map.of();
        try {
            buses.put(new Rule(
                    name,
                    bus,
                    pattern,
                    schedule,
                    !in.path("State").asText("ENABLED").equals("DISABLED"),
                    in.path("Description").asText(""),
                    targets));
        } catch (IllegalArgumentException e) {
            throw ServiceException.invalid("Parameter ScheduleExpression is not valid. " + e.getMessage());
        }
        return JSON.createObjectNode().put("RuleArn", buses.ruleArn(bus, name));
    }

    private ObjectNode deleteRule(JsonNode in) {
        String name = JsonProtocol.required(in, "Name");
        if (buses.rules(bus(in)).containsKey(name)
                && !buses.rule(bus(in), name).targets().isEmpty()) {
            throw ServiceException.invalid("Rule can't be deleted since it has targets.");
        }
        buses.remove(bus(in), name);
        return JSON.createObjectNode();
    }

    private ObjectNode enable(JsonNode in, boolean on) {
        buses.enable(bus(in), JsonProtocol.required(in, "Name"), on);
        return JSON.createObjectNode();
    }

    private ObjectNode describe(Rule rule) {
        ObjectNode out = JSON.createObjectNode()
                .put("Name", rule.name())
                .put("Arn", buses.ruleArn(rule.bus(), rule.name()))
                .put("EventBusName", rule.bus())
                .put("State", rule.enabled() ? "ENABLED" : "DISABLED");
        rule.pattern().ifPresent(pattern -> out.put("EventPattern", pattern));
        rule.schedule().ifPresent(schedule -> out.put("ScheduleExpression", schedule));
        if (!rule.description().isEmpty()) {
            out.put("Description", rule.description());
        }
        return out;
    }

    private ObjectNode listRules(JsonNode in) {
        ObjectNode out = JSON.createObjectNode();
        ArrayNode rules = out.putArray("Rules");
        String prefix = in.path("NamePrefix").asText("");
        buses.rules(bus(in)).values().stream()
                .filter(rule -> rule.name().startsWith(prefix))
                .forEach(rule -> rules.add(describe(rule)));
        return out;
    }

    private ObjectNode putTargets(JsonNode in) {
        var targets = new ArrayList<Rule.RuleTarget>();
        in.path("Targets").forEach(target -> {
            JsonProtocol.required(target, "Id");
            JsonProtocol.required(target, "Arn");
            targets.add(Rule.RuleTarget.of(target));
        });
        buses.putTargets(bus(in), JsonProtocol.required(in, "Rule"), targets);
        return noneFailed();
    }

    private ObjectNode removeTargets(JsonNode in) {
        var ids = new ArrayList<String>();
        in.path("Ids").forEach(id -> ids.add(id.asText()));
        buses.removeTargets(bus(in), JsonProtocol.required(in, "Rule"), ids);
        return noneFailed();
    }

    private static ObjectNode noneFailed() {
        ObjectNode out = JSON.createObjectNode().put("FailedEntryCount", 0);
        out.putArray("FailedEntries");
        return out;
    }

    private ObjectNode listTargets(JsonNode in) {
        ObjectNode out = JSON.createObjectNode();
        ArrayNode targets = out.putArray("Targets");
        buses.rule(bus(in), JsonProtocol.required(in, "Rule"))
                .targets()
                .values()
                .forEach(target -> targets.add(target.raw()));
        return out;
    }

    private ObjectNode createBus(JsonNode in) {
        String name = JsonProtocol.required(in, "Name");
        if (buses.exists(name)) {
            throw new ServiceException(400, "ResourceAlreadyExistsException", "Event bus " + name + " already exists.");
        }
        buses.create(name);
        return JSON.createObjectNode().put("EventBusArn", buses.busArn(name));
    }

    private ObjectNode deleteBus(JsonNode in) {
        String name = JsonProtocol.required(in, "Name");
        if (name.equals(Buses.DEFAULT)) {
            throw ServiceException.invalid("Cannot delete event bus default.");
        }
        buses.delete(name);
        return JSON.createObjectNode();
    }

    private ObjectNode describeBus(String nameOrArn) {
        String name = nameOrArn.substring(nameOrArn.lastIndexOf('/') + 1);
        buses.rules(name);
        return JSON.createObjectNode().put("Name", name).put("Arn", buses.busArn(name));
    }

    private ObjectNode listBuses(String prefix) {
        ObjectNode out = JSON.createObjectNode();
        ArrayNode list = out.putArray("EventBuses");
        buses.names().stream().filter(name -> name.startsWith(prefix)).forEach(name -> list.add(describeBus(name)));
        return out;
    }
}
