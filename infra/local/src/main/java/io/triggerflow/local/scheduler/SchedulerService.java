package io.triggerflow.local.scheduler;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.triggerflow.local.AwsService;
import io.triggerflow.local.gateway.JsonProtocol;
import io.triggerflow.local.gateway.ServiceException;
import io.triggerflow.local.iam.Iam;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** The EventBridge Scheduler API over {@link Schedules}. */
public final class SchedulerService implements AwsService {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PAGE = 100;

    private final Schedules schedules;
    private final Iam iam;

    /** Creates the API; {@code iam} says which roles it may use. */
    public SchedulerService(Schedules schedules, Iam iam) {
        this.schedules = schedules;
        this.iam = iam;
    }

    @Override
    public String signingName() {
        return "scheduler";
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        String[] path = exchange.getRequestURI().getPath().split("/");
        String collection = path.length > 1 ? path[1] : "";
        String name = path.length > 2 ? path[2] : "";
        Map<String, String> query = query(exchange.getRequestURI().getRawQuery());
        JsonProtocol.serveRest(
                exchange,
                exchange.getRequestMethod() + " " + collection + (name.isEmpty() ? "" : "/"),
                (operation, in) -> call(operation, name, query, in));
    }

    private static Map<String, String> query(String raw) {
        var query = new HashMap<String, String>();
        if (raw != null) {
            for (String pair : raw.split("&")) {
                String[] parts = pair.split("=", 2);
                query.put(
                        URLDecoder.decode(parts[0], StandardCharsets.UTF_8),
                        parts.length < 2 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
            }
        }
        return query;
    }

    private JsonNode call(String operation, String name, Map<String, String> query, JsonNode in) {
        return switch (operation) {
            case "POST schedules/" ->
                JSON.createObjectNode().put("ScheduleArn", schedules.create(group(in), name, assumable(in)));
            case "PUT schedules/" ->
                JSON.createObjectNode().put("ScheduleArn", schedules.update(group(in), name, assumable(in)));
            case "GET schedules/" -> full(schedules.get(query.getOrDefault("groupName", "default"), name));
            case "DELETE schedules/" -> {
                schedules.delete(query.getOrDefault("groupName", "default"), name);
                yield JSON.createObjectNode();
            }
            case "GET schedules" -> list(query);
            case "POST schedule-groups/" -> createGroup(name);
            case "GET schedule-groups/" -> group(name);
            case "DELETE schedule-groups/" -> {
                schedules.deleteGroup(name);
                yield JSON.createObjectNode();
            }
            case "GET schedule-groups" -> listGroups();
            default ->
                throw new ServiceException(
                        501,
                        "UnknownOperationException",
                        "Expected an operation that the local Scheduler offers, but got " + operation);
        };
    }

    private static String group(JsonNode in) {
        return in.path("GroupName").asText("default");
    }

    /** The definition, if Scheduler may assume the role in it. */
    private ObjectNode assumable(JsonNode in) {
        iam.schedulerRefusal(in.path("Target").path("RoleArn").asText(), schedules.groupArn(group(in)))
                .ifPresent(refusal -> {
                    throw ServiceException.invalid(
                            "The execution role you provide must allow AWS EventBridge Scheduler to assume the role.");
                });
        return definition(in);
    }

    private static ObjectNode definition(JsonNode in) {
        ObjectNode definition = in.deepCopy();
        definition.remove("GroupName");
        return definition;
    }

    private ObjectNode full(Schedule schedule) {
        ObjectNode out = summary(schedule);
        schedule.definition().forEachEntry(out::set);
        out.remove("ClientToken");
        if (!out.has("State")) {
            out.put("State", "ENABLED");
        }
        if (!out.has("ActionAfterCompletion")) {
            out.put("ActionAfterCompletion", "NONE");
        }
        return out;
    }

    private ObjectNode summary(Schedule schedule) {
        ObjectNode out = JSON.createObjectNode()
                .put("Name", schedule.name())
                .put("GroupName", schedule.group())
                .put("Arn", schedules.arn(schedule.group(), schedule.name()))
                .put("State", schedule.definition().path("State").asText("ENABLED"))
                .put("CreationDate", schedule.created().toEpochMilli() / 1000.0)
                .put("LastModificationDate", schedule.modified().toEpochMilli() / 1000.0);
        out.putObject("Target")
                .put("Arn", schedule.definition().path("Target").path("Arn").asText());
        return out;
    }

    private ObjectNode list(Map<String, String> query) {
        int max = Integer.parseInt(query.getOrDefault("MaxResults", Integer.toString(PAGE)));
        String after = query.getOrDefault("NextToken", "");
        ObjectNode out = JSON.createObjectNode();
        ArrayNode list = out.putArray("Schedules");
        String last = "";
        for (Schedule schedule : schedules.list()) {
            String key = schedule.group() + "/" + schedule.name();
            boolean wanted = (!query.containsKey("ScheduleGroup")
                            || query.get("ScheduleGroup").equals(schedule.group()))
                    && schedule.name().startsWith(query.getOrDefault("NamePrefix", ""))
                    && query.getOrDefault(
                                    "State", schedule.definition().path("State").asText("ENABLED"))
                            .equals(schedule.definition().path("State").asText("ENABLED"));
            if (wanted && key.compareTo(after) > 0) {
                if (list.size() == max) {
                    out.put("NextToken", last);
                    break;
                }
                list.add(summary(schedule));
                last = key;
            }
        }
        return out;
    }

    private ObjectNode createGroup(String name) {
        if (schedules.hasGroup(name)) {
            throw new ServiceException(409, "ConflictException", "Schedule group " + name + " already exists.");
        }
        schedules.createGroup(name);
        return JSON.createObjectNode().put("ScheduleGroupArn", schedules.groupArn(name));
    }

    private ObjectNode group(String name) {
        if (!schedules.hasGroup(name)) {
            throw new ServiceException(404, "ResourceNotFoundException", "Schedule group " + name + " does not exist.");
        }
        return JSON.createObjectNode()
                .put("Name", name)
                .put("Arn", schedules.groupArn(name))
                .put("State", "ACTIVE");
    }

    private ObjectNode listGroups() {
        ObjectNode out = JSON.createObjectNode();
        ArrayNode list = out.putArray("ScheduleGroups");
        schedules.groups().forEach(name -> list.add(group(name)));
        return out;
    }
}
