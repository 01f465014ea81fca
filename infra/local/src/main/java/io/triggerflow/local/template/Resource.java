package io.triggerflow.local.template;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One resource of a template, after Globals, conditions and every intrinsic function are resolved.
 *
 * <p>Values are {@link String}, {@link Long}, {@link Double}, {@link Boolean}, {@link List} and {@link Map} (keys in the
 * template's order, all unmodifiable); a null or {@code AWS::NoValue} property is absent. CloudFormation lets a number be
 * written as text and the other way round: read scalars through {@link #string}, {@link #integer} and {@link #bool}, which accept both.
 *
 * @param logicalId    the key under {@code Resources}
 * @param type         for example {@code AWS::SQS::Queue}
 * @param physicalName the name the local service knows it by (a queue's name, a function's name, an HTTP API's id)
 * @param properties   its {@code Properties}, resolved
 */
public record Resource(String logicalId, String type, String physicalName, Map<String, Object> properties) {

    /** The value below {@code properties} at this path of map keys, if it is there. */
    public Optional<Object> at(String... path) {
        Object here = properties;
        for (String key : path) {
            here = here instanceof Map<?, ?> map ? map.get(key) : null;
        }
        return Optional.ofNullable(here);
    }

    /** A scalar as text. */
    public Optional<String> string(String... path) {
        return at(path).filter(v -> !(v instanceof Map) && !(v instanceof List)).map(String::valueOf);
    }

    /**
     * A scalar as a whole number.
     *
     * @throws TemplateException when there is one that is not a whole number
     */
    public Optional<Integer> integer(String... path) {
        return string(path).map(text -> {
            try {
                return Integer.valueOf(text.strip());
            } catch (NumberFormatException e) {
                throw new TemplateException("Expected a whole number at " + place(path) + ", but got '" + text + "'");
            }
        });
    }

    /** A scalar as a truth value; {@code "true"} counts as true in any case, anything else as false. */
    public Optional<Boolean> bool(String... path) {
        return string(path).map(Boolean::parseBoolean);
    }

    /** A map, or the empty map when there is none. Keys are text, as YAML and JSON keys of a template are. */
    public Map<String, Object> map(String... path) {
        return at(path).map(Resource::asMap).orElse(Map.of());
    }

    /** A list, or the empty list when there is none; a lone scalar counts as a list of one, as it does on AWS. */
    public List<Object> list(String... path) {
        return at(path).map(v -> v instanceof List<?> list ? List.<Object>copyOf(list) : List.of(v))
                .orElse(List.of());
    }

    /** A view of any template value as a map; the empty map when it is not one. */
    @SuppressWarnings("unchecked") // keys of template maps are text by construction
    public static Map<String, Object> asMap(Object value) {
        return value instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
    }

    /** This resource seen with other properties, for example one event of a function. */
    public Resource with(Map<String, Object> other) {
        return new Resource(logicalId, type, physicalName, other);
    }

    private String place(String... path) {
        return "Resources." + logicalId + ".Properties." + String.join(".", path);
    }
}
