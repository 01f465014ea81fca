package io.triggerflow.local.iam;

import io.triggerflow.local.template.LocalNames;
import io.triggerflow.local.template.Resource;
import io.triggerflow.local.template.TemplateException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Policies that templates only name: SAM's policy templates and AWS's managed policies, from {@code policies.yaml}. Immutable. */
final class KnownPolicies {
    private static final String FILE = "policies.yaml";
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{(\\w+)}");

    private final Map<String, Object> sam;
    private final List<String> elsewhere;
    private final Map<String, Object> managed;

    private KnownPolicies(Map<String, Object> root) {
        this.sam = Resource.asMap(root.get("sam"));
        this.elsewhere = PolicyReader.texts(root.get("elsewhere"));
        this.managed = Resource.asMap(root.get("managed"));
    }

    static KnownPolicies load() {
        try (InputStream in = KnownPolicies.class.getResourceAsStream("/io/triggerflow/local/iam/" + FILE)) {
            return new KnownPolicies(Resource.asMap(new Yaml(new SafeConstructor(new LoaderOptions())).load(in)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** AWS's managed policy of a name or ARN; empty when it is not one of those in the file. */
    Optional<Policy> managed(String nameOrArn) {
        String name = nameOrArn.substring(nameOrArn.lastIndexOf('/') + 1);
        boolean isAws = !nameOrArn.startsWith("arn:") || nameOrArn.contains(":iam::aws:policy/");
        return isAws && managed.containsKey(name)
                ? Optional.of(policy(name, Policy.Origin.AWS, managed.get(name), Map.of()))
                : Optional.empty();
    }

    boolean isSamTemplate(String name) {
        return sam.containsKey(name) || elsewhere.contains(name);
    }

    /**
     * A policy template of SAM with its parameters.
     *
     * @throws TemplateException when a parameter is missing
     */
    Policy samTemplate(String name, Map<String, Object> parameters, LocalNames names, String place) {
        Map<String, Object> all = new LinkedHashMap<>(parameters);
        all.put("Region", names.region());
        all.put("Account", names.accountId());
        try {
            return policy(name, Policy.Origin.TEMPLATE, sam.getOrDefault(name, List.of()), all);
        } catch (IllegalArgumentException e) {
            throw PolicyReader.problem(place, "the parameter " + e.getMessage() + " of " + name, parameters.keySet());
        }
    }

    private static Policy policy(String name, Policy.Origin origin, Object statements, Map<String, Object> parameters) {
        List<Object> raw = new ArrayList<>();
        ((List<?>) statements).forEach(statement -> {
            Map<String, Object> filled = new LinkedHashMap<>(Resource.asMap(statement));
            filled.put("Effect", "Allow");
            filled.computeIfPresent("Resource", (key, value) -> PolicyReader.texts(value).stream()
                    .map(text -> fill(text, parameters))
                    .toList());
            raw.add(filled);
        });
        return raw.isEmpty()
                ? new Policy(name, origin, List.of())
                : PolicyReader.read(name, origin, Map.of("Statement", raw), PolicyReader.Kind.IDENTITY, name);
    }

    private static String fill(String text, Map<String, Object> parameters) {
        return PLACEHOLDER.matcher(text).replaceAll(match -> {
            Object value = parameters.get(match.group(1));
            if (value == null) {
                throw new IllegalArgumentException(match.group(1));
            }
            return Matcher.quoteReplacement(String.valueOf(value));
        });
    }
}
