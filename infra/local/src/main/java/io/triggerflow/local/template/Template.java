package io.triggerflow.local.template;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A SAM or CloudFormation template with every intrinsic resolved to local names. Immutable.
 *
 * @param file       where it was read from; relative paths in it ({@code CodeUri}) are relative to this file's directory
 * @param names      the names it was resolved with
 * @param resources  by logical id, in the template's order; resources whose {@code Condition} is false are absent
 * @param outputs    output name to its resolved {@code Value}; outputs that cannot be resolved are absent and warned of
 * @param exports    export name to its value: what other stacks may import
 * @param parameters parameter name to the text used
 * @param warnings   what could not be resolved in resources that the local runtime does not run
 * @param unresolved the same by logical id and property ({@code Role.Policies}), for whoever needs the property after all
 */
public record Template(
        Path file,
        LocalNames names,
        Map<String, Resource> resources,
        Map<String, Object> outputs,
        Map<String, String> exports,
        Map<String, String> parameters,
        List<String> warnings,
        Map<String, String> unresolved) {

    /** The directory that relative paths of the template start from. */
    public Path directory() {
        return Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(Path.of("/"));
    }

    /** Every resource of one of these types, in the template's order. */
    public Stream<Resource> ofType(String... types) {
        List<String> wanted = List.of(types);
        return resources.values().stream().filter(r -> wanted.contains(r.type()));
    }

    /** The ARN of a resource of this template. */
    public String arn(Resource resource) {
        Optional<String> scope = ResourceKind.scopeProperty(resource.type()).flatMap(resource::string);
        return new ResourceKind(names)
                .arn(resource.type(), ResourceKind.arnName(resource.type(), resource.physicalName(), scope));
    }
}
