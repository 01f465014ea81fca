package io.triggerflow.local.template;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Resolves intrinsic functions against a {@link Scope}. Stateless but for its scope; every failure names the place. */
final class Intrinsics {

    /** {@code AWS::NoValue}: whatever holds it drops it. */
    static final Object NO_VALUE = new Object();

    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{(!?)([^}]+)}");

    /** {@code {{resolve:ssm:NAME}}}, perhaps with a version, which there is one of here. */
    private static final Pattern DYNAMIC = Pattern.compile("\\{\\{resolve:ssm:([A-Za-z0-9_./-]+)(?::[0-9]+)?}}");

    private final Scope scope;
    private final Map<String, BiFunction<Object, String, Object>> functions = Map.ofEntries(
            Map.entry("Ref", (a, p) -> ref(text(a, p, "a logical id"), p)),
            Map.entry("Fn::GetAtt", this::getAtt),
            Map.entry("Fn::Sub", this::sub),
            Map.entry("Fn::Join", this::join),
            Map.entry("Fn::If", this::choose),
            Map.entry("Fn::Select", this::select),
            Map.entry("Fn::Split", this::split),
            Map.entry("Fn::FindInMap", this::findInMap),
            Map.entry("Fn::ImportValue", (a, p) -> scope().importValue(text(a, p, "an export's name"), p)),
            Map.entry("Fn::Base64", (a, p) -> Base64.getEncoder()
                    .encodeToString(text(a, p, "text").getBytes(StandardCharsets.UTF_8))),
            Map.entry(
                    "Fn::GetAZs",
                    (a, p) -> List.of(
                            scope().names().region() + "a", scope().names().region() + "b")),
            Map.entry("Fn::Length", (a, p) -> (long) items(a, p, 0).size()),
            Map.entry("Fn::ToJsonString", (a, p) -> Json.text(resolve(a, p))),
            Map.entry("Fn::Equals", (a, p) -> condition(Map.of("Fn::Equals", a), p)),
            Map.entry("Fn::And", (a, p) -> condition(Map.of("Fn::And", a), p)),
            Map.entry("Fn::Or", (a, p) -> condition(Map.of("Fn::Or", a), p)),
            Map.entry("Fn::Not", (a, p) -> condition(Map.of("Fn::Not", a), p)));

    Intrinsics(Scope scope) {
        this.scope = scope;
    }

    private Scope scope() {
        return scope;
    }

    /** The value with every intrinsic and dynamic reference in it resolved; {@link #NO_VALUE} at the top only. */
    Object resolve(Object value, String path) {
        Object resolved = resolveIntrinsics(value, path);
        return resolved instanceof String text && text.contains("{{resolve:ssm:") ? dynamic(text, path) : resolved;
    }

    private String dynamic(String text, String path) {
        return DYNAMIC.matcher(text)
                .replaceAll(match -> Matcher.quoteReplacement(scope.systemParameter(match.group(1), path)));
    }

    private Object resolveIntrinsics(Object value, String path) {
        return switch (value) {
            case Map<?, ?> map when map.size() == 1 && isFunction(map) -> call(map, path);
            case Map<?, ?> map -> {
                Map<String, Object> out = new LinkedHashMap<>();
                map.forEach((key, v) -> {
                    Object resolved = resolve(v, path + "." + key);
                    if (resolved != NO_VALUE) {
                        out.put(String.valueOf(key), resolved);
                    }
                });
                yield java.util.Collections.unmodifiableMap(out);
            }
            case List<?> list -> {
                List<Object> out = new ArrayList<>();
                for (int i = 0; i < list.size(); i++) {
                    Object resolved = resolve(list.get(i), path + "." + i);
                    if (resolved != NO_VALUE) {
                        out.add(resolved);
                    }
                }
                yield java.util.Collections.unmodifiableList(out);
            }
            default -> value;
        };
    }

    /** A condition's truth: {@code Fn::Equals/And/Or/Not}, {@code Condition}, a condition's name; in rules also {@code Fn::Contains}. */
    boolean condition(Object value, String path) {
        if (value instanceof String name) {
            return scope.condition(name, path);
        }
        if (value instanceof Map<?, ?> map && map.size() == 1) {
            String function = String.valueOf(map.keySet().iterator().next());
            Object argument = map.values().iterator().next();
            switch (function) {
                case "Condition":
                    return scope.condition(text(argument, path, "a condition's name"), path);
                case "Fn::Equals":
                    List<Object> two = items(argument, path, 2);
                    return String.valueOf(two.get(0)).equals(String.valueOf(two.get(1)));
                case "Fn::Contains":
                    List<Object> pair = items(argument, path, 2);
                    return pair.getFirst() instanceof List<?> all
                            && all.stream().anyMatch(v -> String.valueOf(v).equals(String.valueOf(pair.get(1))));
                case "Fn::And":
                    return rawItems(argument, path).stream().allMatch(v -> condition(v, path));
                case "Fn::Or":
                    return rawItems(argument, path).stream().anyMatch(v -> condition(v, path));
                case "Fn::Not":
                    return !condition(rawItems(argument, path).getFirst(), path);
                default:
                    break;
            }
        }
        throw scope.problem(
                path, "Expected a condition (Fn::Equals, Fn::And, Fn::Or, Fn::Not, Condition)", "got " + value);
    }

    private static boolean isFunction(Map<?, ?> map) {
        String key = String.valueOf(map.keySet().iterator().next());
        return key.equals("Ref") || key.startsWith("Fn::");
    }

    private Object call(Map<?, ?> map, String path) {
        String function = String.valueOf(map.keySet().iterator().next());
        BiFunction<Object, String, Object> known = functions.get(function);
        if (known == null) {
            throw scope.problem(path, "Expected an intrinsic that the local runtime resolves", "got " + function);
        }
        return known.apply(map.values().iterator().next(), path);
    }

    private Object ref(String id, String path) {
        return scope.ref(id, path);
    }

    private Object getAtt(Object argument, String path) {
        if (argument instanceof String text && text.contains(".")) {
            return scope.attribute(text.substring(0, text.indexOf('.')), text.substring(text.indexOf('.') + 1), path);
        }
        List<Object> two = items(argument, path, 2);
        return scope.attribute(String.valueOf(two.get(0)), String.valueOf(two.get(1)), path);
    }

    private String sub(Object argument, String path) {
        List<Object> parts = argument instanceof List<?> list ? List.copyOf(list) : List.of(argument, Map.of());
        if (parts.size() != 2 || !(parts.get(0) instanceof String pattern)) {
            throw scope.problem(path, "Expected Fn::Sub to have text, or text and a map", "got " + argument);
        }
        Map<String, Object> variables = Resource.asMap(resolve(parts.get(1), path + ".1"));
        StringBuilder out = new StringBuilder();
        Matcher matcher = PLACEHOLDER.matcher(pattern);
        while (matcher.find()) {
            String name = matcher.group(2).strip();
            matcher.appendReplacement(
                    out,
                    Matcher.quoteReplacement(
                            matcher.group(1).isEmpty() ? placeholder(name, variables, path) : "${" + name + "}"));
        }
        return scope.localise(matcher.appendTail(out).toString());
    }

    private String placeholder(String name, Map<String, Object> variables, String path) {
        Object value = variables.get(name);
        if (value == null) {
            int dot = name.indexOf('.');
            value = dot < 0 || name.startsWith("AWS::") || scope.isResource(name)
                    ? scope.ref(name, path)
                    : scope.attribute(name.substring(0, dot), name.substring(dot + 1), path);
        }
        return text(value, path, "text for ${" + name + "}");
    }

    private String join(Object argument, String path) {
        List<Object> two = items(argument, path, 2);
        if (!(two.get(1) instanceof List<?> list)) {
            throw scope.problem(path, "Expected Fn::Join to have a delimiter and a list", "got " + argument);
        }
        return scope.localise(String.join(
                String.valueOf(two.get(0)),
                list.stream().map(v -> text(v, path, "text to join")).toList()));
    }

    private Object choose(Object argument, String path) {
        List<Object> three = rawItems(argument, path);
        if (three.size() != 3) {
            throw scope.problem(path, "Expected Fn::If to have a condition and two values", "got " + argument);
        }
        int branch = condition(three.get(0), path) ? 1 : 2;
        return resolve(three.get(branch), path + "." + branch);
    }

    private Object select(Object argument, String path) {
        List<Object> two = items(argument, path, 2);
        if (!(two.get(1) instanceof List<?> list)) {
            throw scope.problem(path, "Expected Fn::Select to have an index and a list", "got " + argument);
        }
        String index = String.valueOf(two.get(0));
        if (!index.matches("[0-9]{1,6}") || Integer.parseInt(index) >= list.size()) {
            throw scope.problem(path, "Expected Fn::Select to have an index below " + list.size(), "got " + index);
        }
        return list.get(Integer.parseInt(index));
    }

    private Object split(Object argument, String path) {
        List<Object> two = items(argument, path, 2);
        return List.of((Object[])
                text(two.get(1), path, "text to split").split(Pattern.quote(String.valueOf(two.get(0))), -1));
    }

    private Object findInMap(Object argument, String path) {
        List<Object> keys = items(argument, path, 0);
        if (keys.size() < 3) {
            throw scope.problem(path, "Expected Fn::FindInMap to have a map's name and two keys", "got " + argument);
        }
        return scope.mapping(String.valueOf(keys.get(0)), String.valueOf(keys.get(1)), String.valueOf(keys.get(2)))
                .or(() -> keys.size() == 4
                        ? java.util.Optional.ofNullable(
                                Resource.asMap(keys.get(3)).get("DefaultValue"))
                        : java.util.Optional.empty())
                .orElseThrow(() ->
                        scope.problem(path, "Expected Mappings to have " + keys.subList(0, 3), "it has no such entry"));
    }

    private String text(Object argument, String path, String what) {
        Object value = resolve(argument, path);
        if (value instanceof Map || value == NO_VALUE) {
            throw scope.problem(path, "Expected " + what, "got " + (value == NO_VALUE ? "AWS::NoValue" : value));
        }
        return value instanceof List<?> list
                ? String.join(",", list.stream().map(String::valueOf).toList())
                : String.valueOf(value);
    }

    private List<Object> items(Object argument, String path, int size) {
        Object resolved = resolve(argument, path);
        if (!(resolved instanceof List<?> list) || (size > 0 && list.size() != size)) {
            throw scope.problem(
                    path, "Expected a list of " + (size > 0 ? size + " values" : "values"), "got " + argument);
        }
        return List.copyOf(list);
    }

    private List<Object> rawItems(Object argument, String path) {
        if (!(argument instanceof List<?> list) || list.isEmpty()) {
            throw scope.problem(path, "Expected a list of conditions or values", "got " + argument);
        }
        return List.copyOf(list);
    }
}
