package io.triggerflow.local.template;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The {@code Parameters} section with its overrides: values checked as CloudFormation does. */
final class Parameters {

    private Parameters() {}

    static Map<String, Object> values(
            Map<String, Object> section, Map<String, String> overrides, OtherStacks others, YamlDocument document) {
        Map<String, Object> values = new LinkedHashMap<>();
        section.forEach((name, raw) -> {
            Map<String, Object> declared = Resource.asMap(raw);
            String type = String.valueOf(declared.getOrDefault("Type", "String"));
            String text = text(name, type, declared, overrides, document);
            if (type.startsWith("AWS::SSM::Parameter::Value<")) {
                text = referred(name, text, others, document);
            }
            boolean isList = type.equals("CommaDelimitedList")
                    || type.contains("List<")
                    || type.endsWith("<CommaDelimitedList>");
            values.put(name, isList ? items(text) : text);
        });
        return values;
    }

    /** Such a parameter is the name of one of Systems Manager, and stands for its value. */
    private static String referred(String name, String systemName, OtherStacks others, YamlDocument document) {
        String value = others.parameters().get(systemName);
        if (value == null) {
            throw new TemplateException(document.place("Parameters." + name) + ": " + Scope.NO_PARAMETER + ", but "
                    + Scope.none(systemName));
        }
        return value;
    }

    private static List<Object> items(String text) {
        return Arrays.stream(text.split(","))
                .map(String::strip)
                .map(Object.class::cast)
                .toList();
    }

    private static String text(
            String name,
            String type,
            Map<String, Object> declared,
            Map<String, String> overrides,
            YamlDocument document) {
        String path = "Parameters." + name;
        Object given = overrides.containsKey(name) ? overrides.get(name) : declared.get("Default");
        if (given == null) {
            throw new TemplateException(document.place(path) + ": Expected a value for the parameter '" + name
                    + "', but it has no Default and none was given");
        }
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
        range(declared, text, path, document);
        return text;
    }

    private static void range(Map<String, Object> declared, String text, String path, YamlDocument document) {
        Object least = declared.get("MinValue");
        Object most = declared.get("MaxValue");
        boolean isOutside =
                least != null && number(text) < number(least) || most != null && number(text) > number(most);
        if (isOutside) {
            throw new TemplateException(document.place(path) + ": Expected a number"
                    + (least == null ? "" : " of at least " + least)
                    + (most == null ? "" : (least == null ? " of" : " and") + " at most " + most)
                    + ", but got '" + text + "'");
        }
    }

    private static double number(Object value) {
        return Double.parseDouble(String.valueOf(value));
    }
}
