package io.triggerflow.tests.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The walls of the house, and a bad class for each of them that shows that the wall stands. */
class ArchitectureTest {
    private static final String CORE = "io.triggerflow.core..";
    private static final String ASL = "io.triggerflow.asl..";
    private static final String FIXTURE = "io.triggerflow.tests.architecture.bad..";

    private static ArchRule pure(String where) {
        return classes()
                .that()
                .resideInAPackage(where)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..", "io.triggerflow.core..", "com.dashjoin..", "software.amazon.event.ruler..");
    }

    private static ArchRule noClock(String where) {
        return noClasses()
                .that()
                .resideInAPackage(where)
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .dependOnClassesThat(DescribedPredicate.describe("are clocks", c -> c.isEquivalentTo(Clock.class)));
    }

    private static ArchRule noChance(String where) {
        return noClasses()
                .that()
                .resideInAPackage(where)
                .should()
                .callMethod(UUID.class, "randomUUID")
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .dependOnClassesThat(DescribedPredicate.describe("are chance", ArchitectureTest::isChance));
    }

    private static boolean isChance(JavaClass c) {
        return c.isEquivalentTo(Random.class)
                || c.isEquivalentTo(ThreadLocalRandom.class)
                || c.isEquivalentTo(java.util.SplittableRandom.class)
                || c.isEquivalentTo(java.security.SecureRandom.class);
    }

    /** Code is never made from data: the original's worst hole. */
    private static ArchRule noCodeFromData(String where) {
        return noClasses()
                .that()
                .resideInAPackage(where)
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.io.ObjectInputStream")
                .orShould()
                .dependOnClassesThat()
                .resideInAPackage("javax.script..")
                .orShould()
                .callMethod(Class.class, "forName", String.class);
    }

    private static ArchRule noCycles(String pattern) {
        return slices().matching(pattern).should().beFreeOfCycles();
    }

    private static JavaClasses production() {
        return new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("io.triggerflow");
    }

    private static JavaClasses bad() {
        return new ClassFileImporter().importPackages("io.triggerflow.tests.architecture.bad");
    }

    @TestFactory
    Collection<DynamicTest> wallsStand() {
        JavaClasses classes = production();
        assertTrue(
                classes.contain("io.triggerflow.core.engine.Engine")
                        && classes.contain("io.triggerflow.asl.interpret.Interpreter"),
                "Expected the engine and the interpreter among the classes that are checked");
        List<DynamicTest> tests = new ArrayList<>();
        tests.add(holds("core is pure", pure(CORE), classes));
        tests.add(holds("core reads no clock", noClock(CORE), classes));
        tests.add(holds("core knows no chance", noChance(CORE), classes));
        tests.add(holds(
                "the States Language is pure",
                classes()
                        .that()
                        .resideInAPackage(ASL)
                        .should()
                        .onlyDependOnClassesThat()
                        .resideInAnyPackage(
                                "java..",
                                ASL,
                                "io.triggerflow.core..",
                                "com.dashjoin..",
                                "com.fasterxml.jackson..",
                                "com.jayway.jsonpath.."),
                classes));
        tests.add(holds("the States Language reads no clock", noClock(ASL), classes));
        tests.add(holds("the States Language knows no chance", noChance(ASL), classes));
        tests.add(holds("no cycles in the States Language", noCycles("io.triggerflow.asl.(*).."), classes));
        for (String where : List.of("core", "asl", "aws", "client")) {
            tests.add(
                    holds("no code from data in " + where, noCodeFromData("io.triggerflow." + where + ".."), classes));
        }
        tests.add(holds("no cycles in core", noCycles("io.triggerflow.core.(*).."), classes));
        tests.add(holds(
                "core knows nothing above it",
                noClasses()
                        .that()
                        .resideInAPackage(CORE)
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(
                                ASL,
                                "io.triggerflow.aws..",
                                "io.triggerflow.local..",
                                "io.triggerflow.client..",
                                "software.amazon.awssdk..",
                                "com.fasterxml.."),
                classes));
        tests.add(holds(
                "aws knows nothing above it",
                noClasses()
                        .that()
                        .resideInAPackage("io.triggerflow.aws..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage("io.triggerflow.local..")
                        .allowEmptyShould(true),
                classes));
        return tests;
    }

    private static DynamicTest holds(String name, ArchRule rule, JavaClasses classes) {
        return DynamicTest.dynamicTest(name, () -> rule.check(classes));
    }

    /** A rule that no class breaks may be one that cannot be broken. */
    @Test
    void everyWallCatchesTheBadClass() {
        JavaClasses classes = bad();
        List<ArchRule> rules = List.of(
                pure(FIXTURE),
                noClock(FIXTURE),
                noChance(FIXTURE),
                noCodeFromData(FIXTURE),
                noCycles("io.triggerflow.tests.architecture.bad.(*).."));
        for (ArchRule rule : rules) {
            assertTrue(
                    rule.evaluate(classes).hasViolation(),
                    () -> "Expected the bad class to break: " + rule.getDescription());
        }
        assertFalse(classes.isEmpty());
    }
}
