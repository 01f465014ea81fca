package io.triggerflow.local.lambda;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Starts a Java function as Lambda does: in a process of its own, under the real runtime interface client. Each start is a new process; it is
 * the caller's to close. Not thread-safe.
 */
public final class ColdStart implements AutoCloseable {
    private final EnvironmentFactory factory;
    private final FunctionSpec spec;
    private final Path directory;
    private Optional<Path> archive = Optional.empty();

    /** Which classes a process finds ready, and which it has to read, check and link itself. */
    public enum Sharing {
        /** None. */
        NONE,
        /** The JDK's own, from the archive that a JDK brings. */
        JDK,
        /** The JDK's, the libraries' and the function's, from an archive made of a former process. */
        ALL
    }

    /**
     * How a process is started.
     *
     * @param snapshot whether it runs the hooks that it would before SnapStart takes a snapshot of it and after that is restored, without
     *     being one: the process goes on
     */
    public record Kind(Sharing sharing, boolean snapshot) {}

    ColdStart(FunctionSpec spec, EnvironmentFactory factory) {
        this.spec = spec;
        this.factory = factory;
        try {
            this.directory = Files.createTempDirectory("triggerflow-cold-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Starts the function; answers when it has asked for its first event.
     *
     * @throws IllegalStateException when it does not start
     */
    public ColdProcess start(Kind kind) {
        return start(kind, List.of(), Optional.empty());
    }

    /** The same, with a log of the classes that are loaded. Slower: its times are not to be compared. */
    public ColdProcess watch(Kind kind) {
        Path log = directory.resolve("classes.log");
        return start(kind, List.of("-Xlog:class+load:file=" + log + "::filesize=0"), Optional.of(log));
    }

    /**
     * Makes the archive that {@link Sharing#ALL} uses, of a process that handled the event. To be called once, before it is used.
     *
     * @return its size in bytes
     * @throws IllegalStateException when there is none, as with a JDK that brings no archive of its own to build upon
     */
    public long train(String event) {
        Path file = directory.resolve("classes.jsa");
        try (ColdProcess process =
                start(new Kind(Sharing.JDK, false), List.of("-XX:ArchiveClassesAtExit=" + file), Optional.empty())) {
            process.handle(event);
        }
        archive = Optional.of(file);
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new IllegalStateException(
                    "Expected the JVM to leave an archive of the classes that it loaded, but it left none; a JDK without an archive of its own"
                            + " (java -Xshare:dump makes it) cannot",
                    e);
        }
    }

    private ColdProcess start(Kind kind, List<String> more, Optional<Path> log) {
        List<String> options = new ArrayList<>(options(kind.sharing()));
        options.addAll(more);
        return new ColdProcess(spec, factory.javaCommand(options), kind.snapshot(), directory.resolve("output"), log);
    }

    private List<String> options(Sharing sharing) {
        return switch (sharing) {
            case NONE -> List.of("-Xshare:off");
            case JDK -> List.of("-Xshare:auto");
            // Not to fall back in silence: a process that cannot use the archive does not start.
            case ALL ->
                List.of(
                        "-Xshare:on",
                        "-XX:SharedArchiveFile="
                                + archive.orElseThrow(() -> new IllegalStateException(
                                        "Expected an archive of classes, but there is none; call train first")));
        };
    }

    @Override
    public void close() {
        try (var files = Files.list(directory)) {
            files.forEach(file -> file.toFile().delete());
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            // A scratch directory that cannot be removed is the operating system's to clean.
        }
    }
}
