package io.triggerflow.local.iam.call;

import com.fasterxml.jackson.core.JsonParser;
import io.triggerflow.local.gateway.Guard;
import io.triggerflow.local.iam.Access;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** EventBridge Scheduler: who makes a schedule must be allowed to pass its role on. */
final class SchedulerCalls implements Reading {
    private static final String DEFAULT_GROUP = "default";
    private static final Map<String, String> ACTIONS = Map.of(
            "POST schedules", "CreateSchedule",
            "PUT schedules", "UpdateSchedule",
            "GET schedules", "GetSchedule",
            "DELETE schedules", "DeleteSchedule",
            "POST schedule-groups", "CreateScheduleGroup",
            "GET schedule-groups", "GetScheduleGroup",
            "DELETE schedule-groups", "DeleteScheduleGroup");

    private final Arns arns;

    SchedulerCalls(Arns arns) {
        this.arns = arns;
    }

    @Override
    public List<Access> of(Guard.Call call) throws IOException {
        List<String> path = Arrays.stream(Arns.path(call.target()).split("/"))
                .filter(s -> !s.isEmpty())
                .map(Arns::segment)
                .toList();
        String collection = path.isEmpty() ? "" : path.getFirst();
        String what = call.method() + " " + collection;
        if (path.size() == 1 && call.method().equals("GET") && ACTIONS.containsKey(what)) {
            return List.of(Access.to(
                    collection.equals("schedules") ? "scheduler:ListSchedules" : "scheduler:ListScheduleGroups", "*"));
        }
        String action = ACTIONS.get(what);
        if (action == null || path.size() != 2) {
            throw new UnknownCallException("scheduler: " + call.method() + " " + call.target());
        }
        if (collection.equals("schedule-groups")) {
            return List.of(Access.to("scheduler:" + action, arns.arn("scheduler", "schedule-group/" + path.get(1))));
        }
        if (call.method().equals("POST") || call.method().equals("PUT")) {
            return change("scheduler:" + action, path.get(1), call.body());
        }
        String group = Arns.query(call.target()).getOrDefault("groupName", DEFAULT_GROUP);
        return List.of(Access.to("scheduler:" + action, schedule(group, path.get(1))));
    }

    private String schedule(String group, String name) {
        return arns.arn("scheduler", "schedule/" + group + "/" + name);
    }

    private List<Access> change(String action, String name, byte[] body) throws IOException {
        String[] group = {DEFAULT_GROUP};
        List<Access> passed = new ArrayList<>();
        try (JsonParser parser = Bodies.parser(body)) {
            Bodies.fields(parser, (field, value) -> {
                if (field.equals("GroupName")) {
                    group[0] = value.getText();
                } else if (field.equals("Target")) {
                    Bodies.fields(value, (inner, text) -> {
                        if (inner.equals("RoleArn")) {
                            passed.add(Access.to("iam:PassRole", text.getText())
                                    .with("iam:passedtoservice", "scheduler.amazonaws.com"));
                        }
                    });
                }
            });
        }
        passed.addFirst(Access.to(action, schedule(group[0], name)));
        return passed;
    }
}
