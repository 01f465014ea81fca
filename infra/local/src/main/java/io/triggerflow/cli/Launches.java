package io.triggerflow.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** What the outbox of a history entry asks for, in a few words. */
final class Launches {
    private Launches() {}

    static String summary(JsonNode outbox) {
        List<String> parts = new ArrayList<>();
        for (JsonNode launch : outbox) {
            parts.add(one(launch));
        }
        return parts.size() <= 4
                ? String.join(", ", parts)
                : String.join(", ", parts.subList(0, 3)) + " and " + (parts.size() - 3) + " more";
    }

    private static String one(JsonNode launch) {
        if (launch.isTextual()) {
            return launch.asText();
        }
        String kind = launch.path("kind").asText(launch.path("type").asText("launch"));
        String target = first(launch, "function", "workflow", "timer", "destination");
        int items = launch.path("items").isNumber()
                ? launch.path("items").asInt()
                : launch.path("items").size();
        String answered = launch.has("answered")
                ? " (answered: " + launch.path("answered").asText() + ")"
                : "";
        return (kind + " " + target + (items > 0 ? " x " + items : "")).strip() + answered;
    }

    private static String first(JsonNode launch, String... names) {
        for (String name : names) {
            if (launch.path(name).isTextual()) {
                return launch.path(name).asText();
            }
        }
        return launch.path("event").path("type").asText("");
    }
}
