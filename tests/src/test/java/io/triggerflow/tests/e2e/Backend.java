package io.triggerflow.tests.e2e;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;

/**
 * Where {@link EndToEndSuite} runs: a deployment of the template, and how to get at it there. The suite asks every back end for the same; what
 * one cannot do, it refuses by aborting the test with the reason, so that the test counts as skipped, aloud.
 */
interface Backend extends AutoCloseable {
    /**
     * How much a back end is asked to do in a reasonable time, and for a reasonable price.
     *
     * @param one the members of the one large join
     * @param joins how many joins side by side
     * @param members of each of them
     * @param copies how often each of their members is sent, at least; more where nothing can be killed to make the queue repeat itself
     * @param limit for anything to happen
     */
    record Load(int one, int joins, int members, int copies, Duration limit) {}

    /** An event {@code member} for a run. */
    record Member(String run, String id) {}

    /** Kills the engine again and again, from its beginning until it is closed. */
    interface Killing extends AutoCloseable {
        /** How often it has. */
        long kills();

        /** Ends it; returns when nothing will be killed any more. */
        @Override
        void close();
    }

    /** For people. */
    String name();

    Deployment deployment();

    Load load();

    /**
     * Hands events to the deployment, and returns when all are accepted.
     *
     * @param perMessage how many may come in one message, where the way in is the queue
     */
    void send(List<Member> members, int perMessage);

    /**
     * Kills the engine as {@code kill -9} does.
     *
     * @param times how often, a few seconds apart
     */
    default Killing killing(int times, Random random) {
        return cannot("an engine that runs in a process of this machine, to kill it");
    }

    /** What the functions have told CloudWatch of a metric so far. */
    default double counted(String metric) {
        return cannot("metrics as soon as functions tell them; CloudWatch has them minutes later");
    }

    /** A directory of this machine as functions see it. */
    default String seen(Path directory) {
        return cannot("functions that see the files of this machine");
    }

    /** Asserts what only this back end can know of itself. */
    default void inspect() {}

    private <T> T cannot(String expected) {
        return Assumptions.abort("Expected " + expected + ", but this is " + name());
    }

    /** Takes away what the suite has left, and everything else that it does not need any more. */
    @Override
    void close();
}
