package io.triggerflow.asl.parse;

import io.triggerflow.asl.data.JsonataLanguage;
import io.triggerflow.asl.data.Queries;
import io.triggerflow.asl.data.Timestamps;
import io.triggerflow.asl.model.Branch;
import io.triggerflow.asl.model.Common;
import io.triggerflow.asl.model.MachineType;
import io.triggerflow.asl.model.Quantity;
import io.triggerflow.asl.model.QueryLanguage;
import io.triggerflow.asl.model.Resource;
import io.triggerflow.asl.model.State;
import io.triggerflow.asl.model.Template;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads one state. {@code branches} reads what is nested in it. */
final class StateReader {
    private final Queries queries;
    private final Templates templates;
    private final MachineType type;
    private final BranchReader branches;

    StateReader(Queries queries, MachineType type, BranchReader branches) {
        this.queries = queries;
        this.templates = new Templates(queries);
        this.type = type;
        this.branches = branches;
    }

    /** The state; null when its type is not known. */
    State read(String name, Fields fields, QueryLanguage ofMachine, int depth) {
        String stateType = fields.text("Type", "");
        if (!Supported.TYPES.contains(stateType)) {
            if (fields.has("Type")) {
                fields.report("The field 'Type' should have one of these values: " + Supported.TYPES, "Type");
            } else {
                fields.require("Type");
            }
            return null;
        }
        QueryLanguage language = language(fields, ofMachine);
        fields.allow(Supported.fields(stateType, language == QueryLanguage.JSONATA));
        Common common = common(name, stateType, fields, language);
        return switch (stateType) {
            case "Task" -> task(common, fields);
            case "Pass" -> pass(common, fields);
            case "Choice" -> new ChoiceReader(templates).read(common, fields);
            case "Wait" -> new State.Wait(common, until(fields, common.jsonata()));
            case "Succeed" -> new State.Succeed(common);
            case "Fail" ->
                new State.Fail(
                        common, said(fields, "Error", common.jsonata()), said(fields, "Cause", common.jsonata()));
            case "Parallel" -> parallel(common, fields, ofMachine, depth);
            default -> map(common, fields, ofMachine, depth);
        };
    }

    private static QueryLanguage language(Fields fields, QueryLanguage ofMachine) {
        String text = fields.text("QueryLanguage", ofMachine.text());
        if (ofMachine == QueryLanguage.JSONATA && text.equals(QueryLanguage.JSONPATH.text())) {
            fields.report("'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine");
        }
        return BranchReader.language(fields, text);
    }

    private Common common(String name, String stateType, Fields fields, QueryLanguage language) {
        boolean jsonata = language == QueryLanguage.JSONATA;
        boolean moves = Supported.fields(stateType, jsonata).contains("Next");
        fields.text("Comment");
        if (moves) {
            transition(fields);
        }
        return new Common(
                name,
                language,
                moves && !Boolean.TRUE.equals(fields.get("End")) ? fields.text("Next") : null,
                jsonata ? "$" : templates.path(fields, "InputPath", "$"),
                jsonata ? "$" : templates.path(fields, "OutputPath", "$"),
                templates.assign(fields, "Assign", jsonata),
                jsonata ? templates.template(fields, "Output", true) : null);
    }

    private static void transition(Fields fields) {
        boolean ends = Boolean.TRUE.equals(fields.flag("End"));
        if (ends && fields.has("Next")) {
            fields.report("Only one of these fields is allowed: [Next, End]");
        } else if (!ends && !fields.has("Next")) {
            fields.report("One of these fields is required: [Next, End]");
        }
    }

    private State task(Common common, Fields fields) {
        boolean jsonata = common.jsonata();
        fields.require("Resource");
        String arn = fields.text("Resource", "");
        Resource resource = Resources.parse(arn).orElse(null);
        if (resource == null && fields.has("Resource")) {
            unknown(fields, arn);
        }
        if (resource != null && type == MachineType.EXPRESS) {
            express(fields, resource);
        }
        return new State.Task(
                common,
                new HandlerReader(templates).read(fields, jsonata),
                resource,
                templates.template(fields, jsonata ? "Arguments" : "Parameters", jsonata),
                jsonata ? null : templates.template(fields, "ResultSelector", false),
                jsonata ? "$" : templates.resultPath(fields),
                templates.quantity(fields, "TimeoutSeconds", jsonata, 1, Templates.MAX_SECONDS),
                templates.quantity(fields, "HeartbeatSeconds", jsonata, 1, Templates.MAX_SECONDS),
                credentials(fields, jsonata));
    }

    static void unknown(Fields fields, String arn) {
        fields.report(
                "The resource provided " + arn + " is not recognized. The value is not a valid resource ARN, or the "
                        + "resource is not available in this region.",
                "Resource");
    }

    private static void express(Fields fields, Resource resource) {
        if (resource.kind() == Resource.Kind.ACTIVITY) {
            fields.report("Express state machine does not support Activity ARN", "Resource");
            return;
        }
        switch (resource.pattern()) {
            case REQUEST_RESPONSE -> {}
            case SYNC, SYNC_2 ->
                fields.report("Express state machine does not support '.sync' service integration", "Resource");
            // The blank at the end is AWS's.
            case WAIT_FOR_TASK_TOKEN ->
                fields.report(
                        "Express state machine does not support '.waitForTaskToken' service integration ", "Resource");
        }
    }

    private Template credentials(Fields fields, boolean jsonata) {
        Fields credentials = fields.object("Credentials");
        if (credentials == null) {
            return null;
        }
        if (!credentials.has("RoleArn") && (jsonata || !credentials.has("RoleArn.$"))) {
            credentials.report("The field 'RoleArn' is required but was missing");
        }
        return templates.template(fields, "Credentials", jsonata);
    }

    private State pass(Common common, Fields fields) {
        boolean jsonata = common.jsonata();
        return new State.Pass(
                common,
                jsonata ? null : templates.template(fields, "Parameters", false),
                !jsonata && fields.has("Result"),
                jsonata ? null : fields.get("Result"),
                jsonata ? "$" : templates.resultPath(fields));
    }

    private State.Until until(Fields fields, boolean jsonata) {
        List<String> present = new ArrayList<>(List.of("Seconds", "SecondsPath", "Timestamp", "TimestampPath"));
        present.removeIf(field -> !fields.has(field));
        if (present.size() != 1) {
            fields.report("Exactly one of these fields is required: [Seconds, SecondsPath, Timestamp, TimestampPath]");
            return new State.Until.Seconds(new Quantity.Literal("Seconds", 0));
        }
        if (present.getFirst().startsWith("Seconds")) {
            Quantity quantity = templates.quantity(fields, "Seconds", jsonata, 0, Templates.MAX_SECONDS);
            return new State.Until.Seconds(quantity == null ? new Quantity.Literal("Seconds", 0) : quantity);
        }
        return timestamp(fields, jsonata);
    }

    private State.Until timestamp(Fields fields, boolean jsonata) {
        if (fields.has("TimestampPath")) {
            return new State.Until.Timestamp(templates.path(fields, "TimestampPath", "$"), State.Source.PATH);
        }
        Optional<String> expression = jsonata ? JsonataLanguage.expression(fields.get("Timestamp")) : Optional.empty();
        if (expression.isPresent()) {
            templates.expression(expression.get(), fields, "Timestamp");
            return new State.Until.Timestamp(expression.get(), State.Source.EXPRESSION);
        }
        String text = fields.text("Timestamp", "");
        if (Timestamps.parse(text).isEmpty()) {
            fields.report("String does not match RFC3339 timestamp", "Timestamp");
        }
        return new State.Until.Timestamp(text, State.Source.LITERAL);
    }

    private State.Said said(Fields fields, String field, boolean jsonata) {
        fields.exclusive(field, field + "Path");
        if (!jsonata && fields.has(field + "Path")) {
            String path = fields.text(field + "Path", "$");
            if (queries.paths().expressionError(path).isPresent()) {
                fields.report("Value is not a valid JSONPath or intrinsic function call", field + "Path");
            }
            return new State.Said(field + "Path", path, State.Source.PATH);
        }
        String text = fields.text(field);
        if (text == null) {
            return null;
        }
        Optional<String> expression = jsonata ? JsonataLanguage.expression(text) : Optional.empty();
        expression.ifPresent(source -> templates.expression(source, fields, field));
        return expression
                .map(source -> new State.Said(field, source, State.Source.EXPRESSION))
                .orElseGet(() -> new State.Said(field, text, State.Source.LITERAL));
    }

    private State parallel(Common common, Fields fields, QueryLanguage ofMachine, int depth) {
        boolean jsonata = common.jsonata();
        fields.require("Branches");
        List<Branch> all = new ArrayList<>();
        fields.objects("Branches").forEach(branch -> {
            branch.allow(java.util.Set.of("StartAt", "States", "Comment"));
            all.add(branches.read(branch, ofMachine, depth + 1));
        });
        return new State.Parallel(
                common,
                new HandlerReader(templates).read(fields, jsonata),
                all,
                templates.template(fields, jsonata ? "Arguments" : "Parameters", jsonata),
                jsonata ? null : templates.template(fields, "ResultSelector", false),
                jsonata ? "$" : templates.resultPath(fields));
    }

    private State map(Common common, Fields fields, QueryLanguage ofMachine, int depth) {
        boolean jsonata = common.jsonata();
        fields.exclusive("ItemProcessor", "Iterator");
        if (!fields.has("Iterator")) {
            fields.require("ItemProcessor");
        }
        Fields processor = fields.object(fields.has("Iterator") ? "Iterator" : "ItemProcessor");
        if (processor != null) {
            processor.allow(java.util.Set.of("StartAt", "States", "Comment", "ProcessorConfig"));
        }
        return new State.Map(
                common,
                new HandlerReader(templates).read(fields, jsonata),
                processor == null ? null : branches.read(processor, ofMachine, depth + 1),
                new MapReader(templates, type).read(fields, processor, jsonata),
                null,
                jsonata ? null : templates.template(fields, "ResultSelector", false),
                jsonata ? "$" : templates.resultPath(fields));
    }
}
