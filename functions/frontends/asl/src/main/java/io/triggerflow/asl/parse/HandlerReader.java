package io.triggerflow.asl.parse;

import io.triggerflow.asl.model.Catcher;
import io.triggerflow.asl.model.Handlers;
import io.triggerflow.asl.model.Retrier;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads Retry and Catch. */
final class HandlerReader {
    private static final Set<String> RETRIER = Set.of(
            "Comment",
            "ErrorEquals",
            "IntervalSeconds",
            "MaxAttempts",
            "BackoffRate",
            "MaxDelaySeconds",
            "JitterStrategy");
    private static final Set<String> CATCHER = Set.of("Comment", "ErrorEquals", "Next", "Assign");
    private final Templates templates;

    HandlerReader(Templates templates) {
        this.templates = templates;
    }

    Handlers read(Fields state, boolean jsonata) {
        List<Retrier> retriers = new ArrayList<>();
        List<Fields> retry = state.objects("Retry");
        for (int i = 0; i < retry.size(); i++) {
            retriers.add(retrier(retry.get(i), i == retry.size() - 1));
        }
        List<Catcher> catchers = new ArrayList<>();
        List<Fields> all = state.objects("Catch");
        for (int i = 0; i < all.size(); i++) {
            catchers.add(catcher(all.get(i), "Catch[" + i + "]", i == all.size() - 1, jsonata));
        }
        return new Handlers(retriers, catchers);
    }

    private static Retrier retrier(Fields fields, boolean last) {
        fields.allow(RETRIER);
        String jitter = fields.text("JitterStrategy", "NONE");
        if (!Set.of("FULL", "NONE").contains(jitter)) {
            fields.report("The field 'JitterStrategy' should have one of these values: [FULL, NONE]", "JitterStrategy");
        }
        return new Retrier(
                errors(fields, last),
                fields.integer("IntervalSeconds", 1, Templates.MAX_SECONDS, 1),
                (int) fields.integer("MaxAttempts", 0, 99_999_999, 3),
                rate(fields),
                fields.integer("MaxDelaySeconds", 1, 31_622_400, 0),
                jitter.equals("FULL"));
    }

    private static double rate(Fields fields) {
        if (!fields.has("BackoffRate")) {
            return 2;
        }
        if (fields.get("BackoffRate") instanceof Number rate && rate.doubleValue() >= 1) {
            return rate.doubleValue();
        }
        fields.report("The field 'BackoffRate' must be a number greater than or equal to 1.0", "BackoffRate");
        return 2;
    }

    private Catcher catcher(Fields fields, String name, boolean last, boolean jsonata) {
        Set<String> allowed = new java.util.HashSet<>(CATCHER);
        allowed.add(jsonata ? "Output" : "ResultPath");
        fields.allow(allowed);
        fields.require("Next");
        return new Catcher(
                errors(fields, last),
                fields.text("Next"),
                jsonata ? "$" : templates.resultPath(fields),
                templates.assign(fields, name + "/Assign", jsonata),
                jsonata ? templates.template(fields, "Output", name + "/Output", true) : null);
    }

    private static List<String> errors(Fields fields, boolean last) {
        List<String> errors = new ArrayList<>();
        if (fields.require("ErrorEquals")) {
            for (Object error : fields.array("ErrorEquals")) {
                if (error instanceof String text) {
                    errors.add(text);
                } else {
                    fields.report("The field 'ErrorEquals' must be an array of strings", "ErrorEquals");
                }
            }
            if (fields.array("ErrorEquals").isEmpty()) {
                fields.report("The field 'ErrorEquals' must not be empty", "ErrorEquals");
            }
        }
        if (errors.contains("States.ALL") && (errors.size() > 1 || !last)) {
            fields.report("States.ALL must appear alone and in the last element", "ErrorEquals");
        }
        return errors;
    }
}
