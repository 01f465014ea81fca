package io.triggerflow.tests.asl;

import io.triggerflow.asl.json.Json;
import io.triggerflow.asl.model.MachineType;
import java.util.List;
import java.util.Map;

/** One recorded case, as its line has it. */
record AslCase(Map<?, ?> json) {
    String id() {
        return String.valueOf(json.get("id"));
    }

    String category() {
        return String.valueOf(json.get("category"));
    }

    boolean testState() {
        return "TEST_STATE".equals(json.get("type"));
    }

    MachineType type() {
        return "EXPRESS".equals(json.get("type")) ? MachineType.EXPRESS : MachineType.STANDARD;
    }

    /** The definition's text. */
    String definition() {
        return json.containsKey("definition_text")
                ? String.valueOf(json.get("definition_text"))
                : Json.write(json.get("definition"));
    }

    /** Without one, an execution is started with an empty object. */
    Object input() {
        return json.containsKey("input") ? json.get("input") : Map.of();
    }

    Map<?, ?> expected() {
        return map("expected");
    }

    boolean placeholders() {
        return Boolean.TRUE.equals(json.get("placeholders"));
    }

    String executionName() {
        return json.get("execution_name") instanceof String name ? name : "execution";
    }

    List<?> history() {
        return json.get("history") instanceof List<?> list ? list : List.of();
    }

    Map<?, ?> functions() {
        return map("functions");
    }

    Map<?, ?> s3() {
        return map("s3");
    }

    Map<?, ?> mock() {
        return map("mock");
    }

    Map<?, ?> testStateArguments() {
        return map("test_state");
    }

    private Map<?, ?> map(String field) {
        return json.get(field) instanceof Map<?, ?> map ? map : Map.of();
    }
}
