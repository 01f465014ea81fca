package io.triggerflow.local.template;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The {@code Parameters} section with its overrides: values checked as CloudFormation does. */
final class Parameters {

    private Parameters() {}

    static Map<String, Object> values(
            Map<String, Object> section, Map<String, String> overrides, YamlDocument document) {
        Map<String, Object> values = new LinkedHashMap<>();
        section.forEach((name, raw) -> values.put(name, value(name, Resource.asMap(raw), overrides, document)));
        return values;
    }

    private static Object value(
            String name, Map<String, Object> declared, Map<String, String> overrides, YamlDocument document) {
        String path = "Parameters." + name;
        Object given = overrides.containsKey(name) ? overrides.get(name) : declared.get("Default");
        if (given == null) {
            throw new TemplateException(document.place(path) + ": Expected a value for the parameter '" + name
                    + "', but it has no Default and none was given");
        }
        String type = String.valueOf(declared.getOrDefault("Type", "String"));
        String text = given instanceof List<?> list
                ? String.join(",", list.stream().map(String::valueOf).toList())
                : String.valueOf(given);
        List<Object> allowed = declared.get("AllowedValues") instanceof List<?> list ? List.copyOf(list) : List.of();
        if (!allowed.isEmpty()
                && allowed.stream().noneMatch(v -> String.valueOf(v).equals(text))) {
            throw new TemplateException(
                    document.place(path) + ": Expected one of " + allowed + ", but got '" + text + "'");
        }
        Object pattern = declared.get("AllowedPattern");
        if (pattern != null && !text.matches(String.valueOf(pattern))) {
            throw new TemplateException(
                    document.place(path) + ": Expected text that matches " + pattern + ", but got '" + text + "'");
        }
        if (type.equals("Number") && !text.matches("-?[0-9]+(\\.[0-9]+)?")) {
            throw new TemplateException(document.place(path) + ": Expected a number, but got '" + text + "'");
        }
        return type.equals("CommaDelimitedList") || type.startsWith("List<")
                ? Arrays.stream(text.split(","))
                        .map(String::strip)
                        .map(Object.class::cast)
                        .toList()
                : text;
    }
}
