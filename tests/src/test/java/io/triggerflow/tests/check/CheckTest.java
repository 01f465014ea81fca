package io.triggerflow.tests.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.triggerflow.core.check.Checker;
import io.triggerflow.core.check.Finding;
import io.triggerflow.core.decide.Extensions;
import io.triggerflow.core.definition.DefinitionException;
import io.triggerflow.core.definition.DefinitionReader;
import io.triggerflow.core.expression.Expressions;
import io.triggerflow.core.model.JsonText;
import io.triggerflow.core.model.ScopeState;
import io.triggerflow.core.script.EndlessException;
import io.triggerflow.core.script.ScriptReader;
import io.triggerflow.core.script.Step;
import io.triggerflow.core.script.World;
import io.triggerflow.tests.e2e.Stack;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The check finds each defect that was planted, shows it, and raises nothing where nothing is wrong. */
class CheckTest {
    private static final Path CORPUS = Stack.root().resolve("tests/src/test/resources/io/triggerflow/tests/check");
    private static final Pattern EXPECTED = Pattern.compile("(?m)^# expect: (.*)$");
    private static final Pattern BLOCK = Pattern.compile("\"\"\"\\n(.*?)\"\"\"", Pattern.DOTALL);
    private static final ObjectMapper YAML = new YAMLMapper();

    /**
     * Bundles of tests that are what the check warns of, by the finding: functions that only ever fail there, runs that are looked at before
     * their end, timers and events that are armed and sent for their own sake.
     */
    private static final Set<String> MEANT = Set.of(
            "BadInputTest no-end go",
            "BadInputTest unhandled-failure go",
            "DefectsTest no-end c",
            "DefectsTest no-end go",
            "DefectsTest unhandled-failure go",
            "DefectsTest orphan-timer go",
            "Everything nobody-listens go",
            "Everything orphan-timer go",
            "NewerShapesTest no-end pair",
            "CheckCommandTest join-cannot-fill both",
            "WhyTest join-cannot-fill sized");

    private static Stream<Path> files(String directory) {
        try (Stream<Path> files = Files.list(CORPUS.resolve(directory))) {
            return files.sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Stream<Path> faulty() {
        return files("faulty");
    }

    static Stream<Path> sound() {
        return Stream.concat(files("sound"), examples());
    }

    private static Stream<Path> examples() {
        Path examples = Stack.root().resolve("functions/examples");
        try (Stream<Path> bundles = Files.list(examples.resolve("bundles"))) {
            List<Path> all = new ArrayList<>(bundles.sorted().toList());
            all.add(examples.resolve("uploads/workflow.yaml"));
            all.add(examples.resolve("uploads/on-upload.yaml"));
            all.add(Stack.root()
                    .resolve("functions/core/src/test/resources/io/triggerflow/core/definition/everything.json"));
            return all.stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Object tree(String text) {
        try {
            return YAML.readValue(text, Object.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static DefinitionReader reader() {
        return new DefinitionReader(new Expressions()::error);
    }

    private static boolean isWorkflow(Object tree) {
        return tree instanceof Map<?, ?> map && map.containsKey("workflow");
    }

    private static Checker.Result check(Object tree) {
        Checker checker = new Checker(Extensions.NONE, () -> false);
        return isWorkflow(tree)
                ? checker.workflow(reader().definition(tree))
                : checker.standing(reader().standing(tree), "$.triggers[%d]");
    }

    private static World world(Object tree) {
        return isWorkflow(tree)
                ? World.of(reader().definition(tree), Extensions.NONE)
                : World.of(reader().standing(tree), Extensions.NONE);
    }

    private static Set<String> raised(Checker.Result result) {
        return result.findings().stream()
                .filter(f -> f.severity() != Finding.Severity.INFO)
                .map(f -> f.code().text() + " " + f.trigger())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void thereAreEnough() {
        assertTrue(faulty().count() >= 40, "faulty bundles");
        assertTrue(files("sound").count() >= 40, "sound bundles");
    }

    @ParameterizedTest
    @MethodSource
    void faulty(Path file) {
        String text = text(file);
        Set<String> expected =
                EXPECTED.matcher(text).results().map(r -> r.group(1)).collect(Collectors.toCollection(TreeSet::new));
        Object tree = tree(text);
        Checker.Result result = check(tree);
        assertEquals(expected, raised(result), () -> result.findings().toString());
        for (Finding finding : result.findings()) {
            finding.shown().ifPresent(shown -> assertShown(tree, finding, shown));
        }
        assertTrue(
                !isWorkflow(tree)
                        || result.of(Finding.Severity.ERROR).stream()
                                .allMatch(f -> f.shown().isPresent()),
                "every error has a script");
    }

    /** As its user would: the script as text, played by the real engine. */
    private static void assertShown(Object tree, Finding finding, Finding.Shown shown) {
        World world = played(tree, shown.script());
        assertEquals(shown.status(), world.root().map(ScopeState::status).orElseThrow(), () -> finding.toString());
        int firings = (int) world.entries().stream()
                .flatMap(e -> e.firings().stream())
                .filter(f -> f.trigger().equals(finding.trigger()))
                .count();
        assertEquals(shown.firings(), firings, () -> finding.toString());
        shown.other().ifPresent(other -> {
            ScopeState one = world.root().orElseThrow();
            ScopeState two = played(tree, other).root().orElseThrow();
            assertFalse(
                    one.status() == two.status()
                            && JsonText.same(one.output(), two.output())
                            && one.failure().equals(two.failure()),
                    () -> "the same end: " + one);
        });
        switch (finding.code()) {
            case NO_END ->
                assertTrue(
                        world.flights().isEmpty() && world.pending().isEmpty()
                                || shown.status().isFinished(),
                        "nothing goes on");
            case ENDLESS_LOOP -> assertTrue(shown.firings() >= 2, "it fires again");
            case UNREACHABLE_TRIGGER, JOIN_CANNOT_FILL -> assertEquals(0, firings, "it never fires");
            default -> {}
        }
    }

    private static World played(Object tree, List<Step> script) {
        World world = world(tree);
        List<Map<String, Object>> json = script.stream().map(Step::toJson).toList();
        for (Step step : ScriptReader.read(tree(JsonText.write(json)))) {
            try {
                world.play(step);
            } catch (EndlessException e) {
                return world;
            }
        }
        return world;
    }

    @ParameterizedTest
    @MethodSource
    void sound(Path file) {
        Checker.Result result = check(tree(text(file)));
        assertEquals(Set.of(), raised(result), () -> result.findings().toString());
        assertTrue(result.steps() > 0 || file.toString().contains("standing"), "something was played");
    }

    /** Every bundle that stands as a text in a test of the project. */
    @Test
    void bundlesOfTestsAreSoundOrMeant() throws IOException {
        Set<String> raised = new TreeSet<>();
        int checked = 0;
        try (Stream<Path> sources = Files.walk(Stack.root())) {
            for (Path source : sources.filter(
                            p -> p.toString().matches(".*/src/test/java/.*Test\\.java|.*/Everything\\.java"))
                    .filter(p -> !p.toString().contains("target"))
                    .toList()) {
                Matcher block = BLOCK.matcher(text(source));
                while (block.find()) {
                    checked += checkBlock(source, block.group(1).stripIndent(), raised);
                }
            }
        }
        assertTrue(checked >= 20, "bundles in tests: " + checked);
        raised.removeAll(MEANT);
        assertEquals(Set.of(), raised);
    }

    private static int checkBlock(Path source, String block, Set<String> raised) {
        if (!block.contains("triggers:")) {
            return 0;
        }
        try {
            String whole = block.contains("workflow:") ? block : "workflow: block\n" + block;
            String name = source.getFileName().toString().replace(".java", "");
            raised(check(tree(whole))).forEach(r -> raised.add(name + " " + r));
            return 1;
        } catch (DefinitionException | UncheckedIOException e) {
            // A piece of a bundle, or one that is meant to be refused.
            return 0;
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{start: 1}",
                "[{begin: 1}]",
                "[{end: a}, {start: {}}]",
                "[{end: a, outcome: maybe}]",
                "[{end: a, item: -1}]",
                "[{emit: triggerflow.engine.fail}]",
                "[{emit: x, times: 0}]",
                "[{emit: x, attributes: {a: []}}]",
                "[{advance: soon}]",
                "[{advance: PT1S, end: a}]"
            })
    void scriptsThatAreNone(String script) {
        DefinitionException refused = assertThrows(DefinitionException.class, () -> ScriptReader.read(tree(script)));
        assertTrue(
                refused.problems().stream()
                        .allMatch(p -> p.path().startsWith("$") && p.message().startsWith("Expected ")),
                refused.getMessage());
    }

    /** A thousand triggers: what was not tried is told, and the same answer is given each time. */
    @Test
    void aThousandTriggers() {
        StringBuilder bundle = new StringBuilder(
                "workflow: chain\ntriggers:\n  - {id: t0, on: {start: true}, actions: [{invoke: {function: F}}]}\n");
        for (int i = 1; i < 1_000; i++) {
            bundle.append("  - {id: t")
                    .append(i)
                    .append(", on: {task: t")
                    .append(i - 1)
                    .append("}, actions: [{invoke: {function: F}}]}\n");
        }
        bundle.append("  - {id: end, on: {task: t999}, actions: [{complete: 1}]}\n");
        bundle.append("  - {id: lost, on: {task: t1000}, actions: [{complete: 2}]}\n");
        Checker.Result result = check(tree(bundle.toString()));
        assertEquals(Set.of("unreachable-trigger lost"), raised(result));
        assertTrue(
                result.findings().stream().anyMatch(f -> f.code() == Finding.Code.UNEXPLORED),
                () -> result.findings().toString());
    }
}
