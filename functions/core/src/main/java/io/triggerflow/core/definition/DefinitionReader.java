package io.triggerflow.core.definition;

import io.triggerflow.core.model.Definition;
import io.triggerflow.core.model.Interceptor;
import io.triggerflow.core.model.Trigger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Reads trigger bundles: plain Java JSON (Map, List, String, Number, Boolean, null), as any JSON or YAML parser gives it, becomes
 * {@link Definition}s and {@link Trigger}s. The format is described in {@code BUNDLE.md} and by {@code bundle.schema.json}.
 *
 * <p>Pure: no I/O, and the same tree gives the same result. Trees may share parts (YAML aliases) and are not changed. Thread-safe if the
 * check of expressions is.
 */
public final class DefinitionReader {
    private final Function<String, Optional<String>> expressionError;

    /** @param expressionError says why a JSONata expression does not compile; empty when it does. Called once for each different text of a bundle */
    public DefinitionReader(Function<String, Optional<String>> expressionError) {
        this.expressionError = expressionError;
    }

    /**
     * Reads a workflow.
     *
     * @throws DefinitionException with all problems (at most {@link Limits#MAX_PROBLEMS})
     */
    public Definition definition(Object tree) {
        return read(tree, Reading.Owner.RUN, DefinitionReader::workflow);
    }

    /**
     * Reads triggers that stand in a workspace: an object {@code {"triggers": [...]}}, a list of triggers, or a single trigger.
     *
     * @throws DefinitionException with all problems; complete, fail and correlate, which need a run, are among them
     */
    public List<Trigger> standing(Object tree) {
        return read(tree, Reading.Owner.WORKSPACE, DefinitionReader::triggers);
    }

    /**
     * Reads triggers of a run that stand for themselves, for instance those that were registered while it ran: the same forms as
     * {@link #standing}. They may refer to triggers elsewhere.
     *
     * @throws DefinitionException with all problems
     */
    public List<Trigger> registered(Object tree) {
        return read(tree, Reading.Owner.RUN, (root, reading) -> {
            reading.open = true;
            return triggers(root, reading);
        });
    }

    /**
     * Reads interceptors: an object {@code {"interceptors": [...]}}, a list of them, or a single one.
     *
     * @param ofRun whether they are a run's, in which actions may complete and fail; otherwise a workspace's
     * @throws DefinitionException with all problems
     */
    public List<Interceptor> interceptors(Object tree, boolean ofRun) {
        return read(tree, ofRun ? Reading.Owner.RUN : Reading.Owner.WORKSPACE, (root, reading) -> {
            reading.open = true;
            return interceptors(root);
        });
    }

    /**
     * Reads a change of a live run's triggers: a complete workflow, the new whole; or an object of {@code triggers} (added, or replaced by
     * id) and {@code retire} (ids), or what {@link #registered} reads.
     *
     * @throws DefinitionException with all problems
     */
    public PatchFile patch(Object tree) {
        if (tree instanceof Map<?, ?> map && map.containsKey("workflow")) {
            Definition whole = definition(tree);
            return new PatchFile(Optional.of(whole), whole.triggers(), List.of());
        }
        return read(tree, Reading.Owner.RUN, (root, reading) -> {
            reading.open = true;
            return fragment(root, reading);
        });
    }

    private static PatchFile fragment(Cursor root, Reading reading) {
        if (!(root.value() instanceof Map<?, ?> map) || !map.containsKey("retire")) {
            return new PatchFile(Optional.empty(), triggers(root, reading), List.of());
        }
        root.object("a change of triggers, an object", "triggers", "retire", "description");
        List<String> retired = new ArrayList<>();
        root.get("retire").ifPresent(c -> c.items("ids of triggers", Limits.MAX_TRIGGERS)
                .forEach(i -> i.name("the id of a trigger").ifPresent(retired::add)));
        List<Trigger> triggers = root.get("triggers")
                .map(c -> new TriggerReader(0).all(c, Limits.MAX_TRIGGERS))
                .orElse(List.of());
        return new PatchFile(Optional.empty(), triggers, retired);
    }

    /**
     * A change of a live run's triggers.
     *
     * @param whole the workflow that the run is to follow from now on, when it is given in full
     * @param triggers added, or replaced by id
     * @param retired ids; only in a change that is not a whole
     */
    public record PatchFile(Optional<Definition> whole, List<Trigger> triggers, List<String> retired) {
        public PatchFile {
            triggers = List.copyOf(triggers);
            retired = List.copyOf(retired);
        }
    }

    private static List<Interceptor> interceptors(Cursor root) {
        InterceptorReader interceptors = new InterceptorReader(new ActionReader(0));
        if (root.isList()) {
            return interceptors.all(root);
        }
        if (root.value() instanceof Map<?, ?> map && !map.containsKey("interceptors")) {
            return interceptors.one(root).stream().toList();
        }
        root.object(
                "an object with a key 'interceptors', a list of interceptors, or one", "interceptors", "description");
        root.get("description").ifPresent(DefinitionReader::description);
        return root.get("interceptors").map(interceptors::all).orElse(List.of());
    }

    private <T> T read(Object tree, Reading.Owner owner, BiFunction<Cursor, Reading, T> how) {
        Reading reading = new Reading(expressionError, owner);
        try {
            T result = how.apply(Cursor.root(reading, tree), reading);
            reading.checkReferences();
            reading.throwProblems();
            return result;
        } catch (Reading.TooLarge e) {
            reading.throwProblems();
            throw e;
        }
    }

    private static List<Trigger> triggers(Cursor root, Reading reading) {
        TriggerReader triggers = new TriggerReader(0);
        if (root.isList()) {
            return triggers.all(root, Limits.MAX_TRIGGERS);
        }
        if (root.value() instanceof Map<?, ?> map && !map.containsKey("triggers")) {
            return List.of(triggers.one(root));
        }
        root.object("an object with a key 'triggers', a list of triggers, or a trigger", "triggers", "description");
        root.get("description").ifPresent(DefinitionReader::description);
        return root.get("triggers")
                .map(c -> triggers.all(c, Limits.MAX_TRIGGERS))
                .orElse(List.of());
    }

    private static Definition workflow(Cursor root, Reading reading) {
        boolean readable = root.object(
                "a workflow, an object",
                "workflow",
                "version",
                "description",
                "maxTransitions",
                "timeout",
                "announce",
                "triggers");
        if (!readable) {
            return new Definition("", "", "", List.of(), 1, Optional.empty(), Definition.Announce.NONE);
        }
        String workflow = root.required("workflow")
                .flatMap(c -> c.name("the name of a workflow"))
                .orElse("");
        Optional<String> version = root.get("version").flatMap(c -> c.name("a version"));
        String description =
                root.get("description").map(DefinitionReader::description).orElse("");
        int transitions = root.get("maxTransitions")
                .flatMap(c -> c.integer(1, Limits.MAX_TRANSITIONS))
                .orElse(Definition.DEFAULT_MAX_TRANSITIONS);
        Optional<Duration> timeout = root.get("timeout").flatMap(c -> c.duration(false));
        Definition.Announce announce = root.get("announce")
                .flatMap(c -> c.oneOf(Definition.Announce.class))
                .orElse(Definition.Announce.NONE);
        List<Trigger> triggers = root.required("triggers")
                .map(c -> new TriggerReader(0).all(c, Limits.MAX_TRIGGERS))
                .orElse(List.of());
        reading.checkReferences();
        reading.throwProblems();
        Definition unversioned = new Definition(workflow, "", description, triggers, transitions, timeout, announce);
        return new Definition(
                workflow,
                version.orElseGet(() -> DefinitionWriter.versionOf(unversioned)),
                description,
                triggers,
                transitions,
                timeout,
                announce);
    }

    private static String description(Cursor at) {
        if ("".equals(at.value())) {
            return "";
        }
        return at.text("a description, a text", Limits.MAX_DESCRIPTION).orElse("");
    }
}
