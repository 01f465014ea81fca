package io.triggerflow.local.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The {@code Rules} section: what must hold among parameters before anything is made. */
final class Rules {

    private Rules() {}

    /** What does not hold, a line each. */
    static List<String> broken(Map<String, Object> section, Scope scope) {
        List<String> broken = new ArrayList<>();
        section.forEach((name, raw) -> {
            String path = "Rules." + name;
            Map<String, Object> rule = Resource.asMap(raw);
            Object condition = rule.get("RuleCondition");
            if (condition == null || scope.intrinsics().condition(condition, path + ".RuleCondition")) {
                assertions(rule, path, scope, broken);
            }
        });
        return broken;
    }

    private static void assertions(Map<String, Object> rule, String path, Scope scope, List<String> broken) {
        if (!(rule.get("Assertions") instanceof List<?> assertions)) {
            throw scope.problem(path, "Expected a rule to have Assertions", "got " + rule.keySet());
        }
        for (int i = 0; i < assertions.size(); i++) {
            String here = path + ".Assertions." + i;
            Map<String, Object> assertion = Resource.asMap(assertions.get(i));
            if (!scope.intrinsics().condition(assertion.get("Assert"), here + ".Assert")) {
                broken.add(scope.problem(
                                here,
                                String.valueOf(
                                        assertion.getOrDefault("AssertDescription", "Expected the assertion to hold")),
                                "the parameters are otherwise")
                        .getMessage());
            }
        }
    }
}
