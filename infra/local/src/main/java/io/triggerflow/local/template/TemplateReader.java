package io.triggerflow.local.template;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a SAM or CloudFormation template and resolves it to local names.
 *
 * <p>Understood: Parameters with overrides, Rules, Mappings, Conditions, Globals, pseudo parameters, the intrinsic functions in long and
 * short form, exports and parameters of Systems Manager of the stacks before it, and the resources SAM makes by itself. Not understood:
 * macros, {@code Fn::ForEach} and {@code Fn::Cidr}; using them in a resource that the local runtime runs is an error, elsewhere a
 * warning. Nested stacks are not read: ours hold alarms and a dashboard, and nothing here measures. Of {@code AWS::LanguageExtensions}
 * templates may use what changes nothing here: a {@code DeletionPolicy} that is a parameter.
 */
public final class TemplateReader {

    private TemplateReader() {}

    /**
     * A template as it is written: maps, lists and scalars, short forms of intrinsics as long ones, nothing resolved.
     *
     * @throws TemplateException when the file cannot be read, or is no YAML map
     */
    public static Map<String, Object> document(Path file) {
        return YamlDocument.read(file).root();
    }

    /** Reads a template that finds no other stacks. */
    public static Template read(Path file, Map<String, String> parameters, LocalNames names) {
        return read(file, parameters, names, OtherStacks.none());
    }

    /**
     * Reads one template. No side effects but reading the file; the same input gives an equal template.
     *
     * @param parameters overrides of the template's parameters, and values for exports and Systems Manager parameters that no stack here has
     * @param others what the stacks before it give
     * @throws TemplateException naming the file, line and path of everything that is wrong
     */
    public static Template read(Path file, Map<String, String> parameters, LocalNames names, OtherStacks others) {
        YamlDocument.Read read = YamlDocument.read(file);
        Map<String, Object> root = read.root();
        Map<String, Object> declared = section(root, "Resources");
        if (declared.isEmpty()) {
            throw new TemplateException("Expected a Resources section in " + file + ", but there is none");
        }
        OtherStacks known = others.over(parameters);
        Map<String, Object> values = Parameters.values(section(root, "Parameters"), parameters, known, read.document());
        Map<String, Object> raw = Sam.expand(declared, section(root, "Globals"));
        Scope scope = new Scope(
                read.document(),
                names,
                new Scope.Sections(values, known, section(root, "Conditions"), section(root, "Mappings"), raw));

        List<String> problems = new ArrayList<>(Rules.broken(section(root, "Rules"), scope));
        List<String> warnings = new ArrayList<>();
        Map<String, String> unresolved = new LinkedHashMap<>();
        Map<String, Resource> resources = resources(raw, scope, problems, unresolved);
        if (!problems.isEmpty()) {
            throw new TemplateException(String.join("\n", problems));
        }
        warnings.addAll(unresolved.values());
        Map<String, String> exports = new LinkedHashMap<>();
        Map<String, Object> outputs = outputs(section(root, "Outputs"), scope, exports, warnings);
        Map<String, String> used = new LinkedHashMap<>();
        values.forEach((name, value) -> used.put(
                name,
                value instanceof List<?> list
                        ? String.join(",", list.stream().map(String::valueOf).toList())
                        : String.valueOf(value)));
        return new Template(
                file,
                names,
                Collections.unmodifiableMap(resources),
                Collections.unmodifiableMap(outputs),
                Collections.unmodifiableMap(exports),
                Collections.unmodifiableMap(used),
                List.copyOf(warnings),
                Collections.unmodifiableMap(unresolved));
    }

    private static Map<String, Resource> resources(
            Map<String, Object> raw, Scope scope, List<String> problems, Map<String, String> unresolved) {
        Map<String, Resource> resources = new LinkedHashMap<>();
        raw.forEach((id, value) -> {
            String path = "Resources." + id;
            try {
                if (!(Resource.asMap(value).get("Type") instanceof String type)) {
                    throw scope.problem(path, "Expected a resource with a Type", "got " + value);
                }
                if (scope.isActive(id)) {
                    resources.put(
                            id,
                            new Resource(
                                    id,
                                    type,
                                    scope.physicalName(id, path),
                                    properties(id, type, value, scope, unresolved)));
                }
            } catch (TemplateException e) {
                problems.add(e.getMessage());
            }
        });
        return resources;
    }

    private static Map<String, Object> properties(
            String id, String type, Object value, Scope scope, Map<String, String> unresolved) {
        Map<String, Object> out = new LinkedHashMap<>();
        Resource.asMap(Resource.asMap(value).get("Properties")).forEach((name, property) -> {
            try {
                Object resolved = scope.intrinsics().resolve(property, "Resources." + id + ".Properties." + name);
                if (resolved != Intrinsics.NO_VALUE) {
                    out.put(name, resolved);
                }
            } catch (TemplateException e) {
                // A function runs without its policies too: whoever enforces them looks at what is unresolved.
                if (ResourceKind.isRun(type) && !name.equals("Policies") && !name.equals("Tags")) {
                    throw e;
                }
                unresolved.put(id + "." + name, e.getMessage());
            }
        });
        return Collections.unmodifiableMap(out);
    }

    private static Map<String, Object> outputs(
            Map<String, Object> section, Scope scope, Map<String, String> exports, List<String> warnings) {
        Map<String, Object> outputs = new LinkedHashMap<>();
        section.forEach((name, raw) -> {
            Map<String, Object> output = Resource.asMap(raw);
            try {
                boolean active = !output.containsKey("Condition")
                        || scope.condition(String.valueOf(output.get("Condition")), "Outputs." + name);
                if (active && output.containsKey("Value")) {
                    String path = "Outputs." + name;
                    Object value = scope.intrinsics().resolve(output.get("Value"), path + ".Value");
                    outputs.put(name, value);
                    Object export = Resource.asMap(output.get("Export")).get("Name");
                    if (export != null) {
                        exports.put(
                                String.valueOf(scope.intrinsics().resolve(export, path + ".Export.Name")),
                                String.valueOf(value));
                    }
                }
            } catch (TemplateException e) {
                warnings.add(e.getMessage());
            }
        });
        return outputs;
    }

    private static Map<String, Object> section(Map<String, Object> root, String name) {
        return Resource.asMap(root.get(name));
    }
}
