package io.triggerflow.local.iam;

import io.triggerflow.local.template.Resource;
import io.triggerflow.local.template.TemplateException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads policy documents. Strict: what it does not understand in a statement that matters here is an error that names the place, because a
 * condition that nobody evaluates would allow what AWS denies, or the other way round.
 */
final class PolicyReader {
    private static final Set<String> ELEMENTS =
            Set.of("Sid", "Effect", "Principal", "Action", "NotAction", "Resource", "NotResource", "Condition");

    /** What a document is attached to: which elements its statements must have. */
    enum Kind {
        IDENTITY,
        RESOURCE,
        TRUST
    }

    private PolicyReader() {}

    /**
     * Reads a document.
     *
     * @param place where it is written: file and path
     * @throws TemplateException naming the place of what is wrong or not understood here
     */
    static Policy read(String name, Policy.Origin origin, Object document, Kind kind, String place) {
        Map<String, Object> map = Resource.asMap(document);
        List<Object> raw = list(map.get("Statement"));
        if (raw.isEmpty()) {
            throw problem(place, "a policy document with Statement", document);
        }
        List<Statement> statements = new ArrayList<>();
        for (int i = 0; i < raw.size(); i++) {
            statement(Resource.asMap(raw.get(i)), kind, place + ".Statement." + i)
                    .ifPresent(statements::add);
        }
        return new Policy(name, origin, statements);
    }

    /** Empty when it only concerns services that are not offered here: it can be neither used nor missed, whatever its conditions. */
    private static Optional<Statement> statement(Map<String, Object> raw, Kind kind, String place) {
        raw.keySet().stream().filter(key -> !ELEMENTS.contains(key)).findFirst().ifPresent(key -> {
            throw problem(place, "a statement of " + new java.util.TreeSet<>(ELEMENTS), key);
        });
        String effect = String.valueOf(raw.get("Effect"));
        if (!effect.equals("Allow") && !effect.equals("Deny")) {
            throw problem(place, "an Effect of Allow or Deny", effect);
        }
        Statement.Choice actions = choice(raw, "Action", place);
        actions.patterns().forEach(action -> {
            if (!action.text().equals("*") && action.text().indexOf(':') < 1) {
                throw problem(place, "an Action like service:Operation", action.text());
            }
        });
        Statement.Choice resources = kind == Kind.TRUST ? Statement.Choice.ALL : choice(raw, "Resource", place);
        boolean matters = actions.except() || actions.patterns().stream().anyMatch(ContextKeys::isOffered);
        if (!matters) {
            return Optional.empty();
        }
        return Optional.of(new Statement(
                place,
                effect.equals("Allow"),
                actions,
                resources,
                kind == Kind.IDENTITY ? none(raw, place) : Optional.of(principals(raw.get("Principal"), place)),
                conditions(Resource.asMap(raw.get("Condition")), place + ".Condition")));
    }

    private static Optional<Principals> none(Map<String, Object> raw, String place) {
        if (raw.containsKey("Principal")) {
            throw problem(place, "no Principal in the policy of an identity", raw.get("Principal"));
        }
        return Optional.empty();
    }

    private static Statement.Choice choice(Map<String, Object> raw, String element, String place) {
        boolean except = raw.containsKey("Not" + element);
        List<String> texts = texts(raw.get(except ? "Not" + element : element));
        if (texts.isEmpty() || except && raw.containsKey(element)) {
            throw problem(place, "either " + element + " or Not" + element, raw.keySet());
        }
        texts.forEach(text -> refuseVariables(text, place));
        return new Statement.Choice(
                texts.stream()
                        .map(element.equals("Action") ? Wildcard::action : Wildcard::resource)
                        .toList(),
                except);
    }

    private static Principals principals(Object raw, String place) {
        if (raw == null) {
            throw problem(place, "a Principal", "none");
        }
        if (raw.equals("*")) {
            return new Principals(true, List.of(), List.of(), List.of());
        }
        Map<String, Object> map = Resource.asMap(raw);
        map.keySet().stream()
                .filter(key ->
                        !Set.of("AWS", "Service", "Federated", "CanonicalUser").contains(key))
                .findFirst()
                .ifPresent(key -> {
                    throw problem(place, "a Principal of AWS, Service, Federated or CanonicalUser", key);
                });
        List<String> aws = texts(map.get("AWS"));
        List<String> accounts = aws.stream()
                .filter(text -> text.matches("\\d{12}|arn:[^:]+:iam::\\d{12}:root"))
                .map(text -> text.replaceAll("\\D*(\\d{12}).*", "$1"))
                .toList();
        return new Principals(aws.contains("*"), accounts, aws, texts(map.get("Service")));
    }

    private static List<Condition> conditions(Map<String, Object> raw, String place) {
        List<Condition> conditions = new ArrayList<>();
        raw.forEach((operator, keys) -> Resource.asMap(keys)
                .forEach((key, values) -> conditions.add(condition(operator, key, texts(values), place))));
        return List.copyOf(conditions);
    }

    private static Condition condition(String spelling, String key, List<String> values, String place) {
        String name = spelling;
        Condition.Quantifier quantifier = Condition.Quantifier.ONE;
        if (name.startsWith("ForAllValues:")) {
            quantifier = Condition.Quantifier.ALL;
            name = name.substring("ForAllValues:".length());
        } else if (name.startsWith("ForAnyValue:")) {
            quantifier = Condition.Quantifier.ANY;
            name = name.substring("ForAnyValue:".length());
        }
        boolean ifExists = name.endsWith("IfExists");
        name = ifExists ? name.substring(0, name.length() - "IfExists".length()) : name;
        Operator operator = Operator.of(name)
                .orElseThrow(() -> problem(
                        place, "a condition operator that is evaluated here (" + Operator.names() + ")", spelling));
        String lower = key.toLowerCase(Locale.ROOT);
        if (!ContextKeys.isKnown(lower)) {
            throw problem(place + "." + spelling, "a condition key that the local runtime knows the value of", key);
        }
        if (values.isEmpty()) {
            throw problem(place + "." + spelling, "values for " + key, "none");
        }
        values.forEach(value -> refuseVariables(value, place));
        return Condition.of(operator, quantifier, ifExists, lower, values);
    }

    /** {@code ${aws:username}} and the like: none of our templates needs them, and one that is not replaced matches nothing. */
    private static void refuseVariables(String text, String place) {
        if (text.contains("${")) {
            throw problem(place, "no policy variable, which the local runtime does not replace", text);
        }
    }

    private static List<Object> list(Object value) {
        return value == null ? List.of() : value instanceof List<?> many ? List.copyOf(many) : List.of(value);
    }

    static List<String> texts(Object value) {
        return list(value).stream().map(String::valueOf).toList();
    }

    static TemplateException problem(String place, String expected, Object but) {
        return new TemplateException(
                place + ": Expected " + expected + ", but got " + but + " (--no-iam runs without permissions)");
    }
}
