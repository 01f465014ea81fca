package io.triggerflow.asl.parse;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The fields that each type of state may have. */
final class Supported {
    /** In the order in which AWS lists them. */
    static final List<String> TYPES = List.of("Task", "Wait", "Pass", "Succeed", "Fail", "Choice", "Parallel", "Map");

    private static final Set<String> ALWAYS = Set.of("Type", "Comment", "QueryLanguage");
    private static final Map<String, Set<String>> BOTH = Map.of(
            "Task",
            Set.of(
                    "Next",
                    "End",
                    "Assign",
                    "Resource",
                    "Retry",
                    "Catch",
                    "TimeoutSeconds",
                    "HeartbeatSeconds",
                    "Credentials"),
            "Wait",
            Set.of("Next", "End", "Assign", "Seconds", "Timestamp"),
            "Pass",
            Set.of("Next", "End", "Assign"),
            "Succeed",
            Set.of(),
            "Fail",
            Set.of("Error", "Cause"),
            "Choice",
            Set.of("Assign", "Choices", "Default"),
            "Parallel",
            Set.of("Next", "End", "Assign", "Branches", "Retry", "Catch"),
            "Map",
            Set.of(
                    "Next",
                    "End",
                    "Assign",
                    "Retry",
                    "Catch",
                    "ItemProcessor",
                    "Iterator",
                    "ItemSelector",
                    "ItemReader",
                    "ItemBatcher",
                    "ResultWriter",
                    "MaxConcurrency",
                    "ToleratedFailureCount",
                    "ToleratedFailurePercentage",
                    "Label"));
    private static final Map<String, Set<String>> PATHS = Map.of(
            "Task",
            Set.of(
                    "InputPath",
                    "OutputPath",
                    "Parameters",
                    "ResultSelector",
                    "ResultPath",
                    "TimeoutSecondsPath",
                    "HeartbeatSecondsPath"),
            "Wait",
            Set.of("InputPath", "OutputPath", "SecondsPath", "TimestampPath"),
            "Pass",
            Set.of("InputPath", "OutputPath", "Parameters", "Result", "ResultPath"),
            "Succeed",
            Set.of("InputPath", "OutputPath"),
            "Fail",
            Set.of("ErrorPath", "CausePath"),
            "Choice",
            Set.of("InputPath", "OutputPath"),
            "Parallel",
            Set.of("InputPath", "OutputPath", "Parameters", "ResultSelector", "ResultPath"),
            "Map",
            Set.of(
                    "InputPath",
                    "OutputPath",
                    "Parameters",
                    "ResultSelector",
                    "ResultPath",
                    "ItemsPath",
                    "MaxConcurrencyPath",
                    "ToleratedFailureCountPath",
                    "ToleratedFailurePercentagePath"));
    private static final Map<String, Set<String>> JSONATA = Map.of(
            "Task", Set.of("Arguments", "Output"),
            "Wait", Set.of("Output"),
            "Pass", Set.of("Output"),
            "Succeed", Set.of("Output"),
            "Fail", Set.of(),
            "Choice", Set.of("Output"),
            "Parallel", Set.of("Arguments", "Output"),
            "Map", Set.of("Items", "Output"));

    private Supported() {}

    static Set<String> fields(String type, boolean jsonata) {
        Set<String> fields = new HashSet<>(ALWAYS);
        fields.addAll(BOTH.get(type));
        fields.addAll((jsonata ? JSONATA : PATHS).get(type));
        return fields;
    }
}
