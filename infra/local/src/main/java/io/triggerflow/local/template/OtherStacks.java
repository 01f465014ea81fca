package io.triggerflow.local.template;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a template finds in the stacks that are there before it, as on AWS: exports, and parameters of Systems Manager.
 *
 * @param exports    an export's name to its value, for {@code Fn::ImportValue}
 * @param parameters a parameter's name to its value, for {@code {{resolve:ssm:NAME}}} and parameters of type {@code AWS::SSM::Parameter::Value}
 */
public record OtherStacks(Map<String, String> exports, Map<String, String> parameters) {
    /** Copies the maps. */
    public OtherStacks {
        exports = Map.copyOf(exports);
        parameters = Map.copyOf(parameters);
    }

    /** None: an account with nothing in it. */
    public static OtherStacks none() {
        return new OtherStacks(Map.of(), Map.of());
    }

    /** What these templates give; of two of a name, the later one. */
    public static OtherStacks of(List<Template> templates) {
        Map<String, String> exports = new HashMap<>();
        Map<String, String> parameters = new HashMap<>();
        templates.forEach(template -> {
            exports.putAll(template.exports());
            template.ofType("AWS::SSM::Parameter")
                    .forEach(p ->
                            parameters.put(p.physicalName(), p.string("Value").orElse("")));
        });
        return new OtherStacks(exports, parameters);
    }

    /** These, and below them what the user says of stacks that are not here. */
    OtherStacks over(Map<String, String> given) {
        Map<String, String> allExports = new HashMap<>(given);
        allExports.putAll(exports);
        Map<String, String> allParameters = new HashMap<>(given);
        allParameters.putAll(parameters);
        return new OtherStacks(allExports, allParameters);
    }
}
