package io.triggerflow.local.lambda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Turns a function's code (zip, jar or directory, as Lambda takes it: classes at the root, libraries in {@code lib/}) into a class
 * path or a directory. Unpacked once a file, whatever the number of functions that share it. Thread-safe.
 */
final class CodeStore implements AutoCloseable {

    private final Path scratch;
    private final Map<Path, List<Path>> classPaths = new HashMap<>();
    private final Map<Path, Path> directories = new HashMap<>();

    CodeStore() {
        try {
            scratch = Files.createTempDirectory("triggerflow-code-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path scratch() {
        return scratch;
    }

    /** What AWS's managed Java runtime brings: its interface client and the libraries it is made with. */
    static List<Path> runtimeClassPath() {
        return Stream.of(
                        "com.amazonaws.services.lambda.runtime.LambdaRuntime",
                        "com.amazonaws.services.lambda.runtime.api.client.AWSLambda",
                        "com.amazonaws.services.lambda.runtime.serialization.PojoSerializer",
                        "software.amazon.awssdk.utilslite.SdkInternalThreadLocal")
                .map(CodeStore::locationOf)
                .distinct()
                .toList();
    }

    private static Path locationOf(String className) {
        try {
            return Path.of(Class.forName(className, false, CodeStore.class.getClassLoader())
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (ClassNotFoundException | URISyntaxException e) {
            throw new IllegalStateException(
                    "Expected AWS's Lambda runtime interface client on the class path, but " + e, e);
        }
    }

    /**
     * The interface client's native part, unpacked once for all processes: left to itself, each process overwrites the same file in
     * /tmp while others load it, and they die of SIGBUS. Empty where the client has none; it falls back to its own ways there.
     */
    synchronized Optional<Path> nativeClient() {
        String architecture = System.getProperty("os.arch").equals("aarch64") ? "aarch_64" : "x86_64";
        String library = "libaws-lambda-jni." + (isMusl() ? "linux_musl-" : "linux-") + architecture + ".so";
        Path file = scratch.resolve(library);
        if (Files.exists(file)) {
            return Optional.of(file);
        }
        try (InputStream in = CodeStore.class.getResourceAsStream("/jni/" + library)) {
            if (in == null || !System.getProperty("os.name").equals("Linux")) {
                return Optional.empty();
            }
            Files.copy(in, file);
            return Optional.of(file);
        } catch (IOException e) {
            throw new UncheckedIOException("Expected to unpack " + library + " to " + file + ", but " + e, e);
        }
    }

    private static boolean isMusl() {
        return Files.exists(Path.of("/etc/alpine-release"));
    }

    /** The function's own part of a Java class path. */
    synchronized List<Path> classPath(Path code) {
        return classPaths.computeIfAbsent(code, path -> {
            try {
                List<Path> out = new ArrayList<>();
                out.add(require(path));
                out.addAll(Files.isDirectory(path) ? jars(path.resolve("lib")) : unpack(path, "lib/", ".jar"));
                return List.copyOf(out);
            } catch (IOException e) {
                throw new UncheckedIOException("Expected to read the code " + path + ", but " + e, e);
            }
        });
    }

    /** The function's code as a directory, for runtimes that read files. */
    synchronized Path directory(Path code) {
        return directories.computeIfAbsent(code, path -> {
            try {
                if (Files.isDirectory(require(path))) {
                    return path;
                }
                unpack(path, "", "");
                return target(path);
            } catch (IOException e) {
                throw new UncheckedIOException("Expected to read the code " + path + ", but " + e, e);
            }
        });
    }

    private static Path require(Path code) {
        if (!Files.exists(code)) {
            throw new IllegalStateException(
                    "Expected the function's code at " + code + ", but there is nothing (is it built?)");
        }
        return code;
    }

    private static List<Path> jars(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(f -> f.toString().endsWith(".jar")).sorted().toList();
        }
    }

    private Path target(Path code) {
        return scratch.resolve(Integer.toHexString(code.toAbsolutePath().hashCode()) + "-" + code.getFileName());
    }

    private List<Path> unpack(Path archive, String prefix, String suffix) throws IOException {
        Path target = target(archive);
        List<Path> files = new ArrayList<>();
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            for (ZipEntry entry :
                    zip.stream().sorted(Comparator.comparing(ZipEntry::getName)).toList()) {
                if (entry.isDirectory()
                        || !entry.getName().startsWith(prefix)
                        || !entry.getName().endsWith(suffix)) {
                    continue;
                }
                Path file = target.resolve(entry.getName()).normalize();
                if (!file.startsWith(target)) {
                    throw new IOException(
                            "Expected entries inside the archive's directory, but one is named " + entry.getName());
                }
                Files.createDirectories(file.getParent());
                try (InputStream in = zip.getInputStream(entry)) {
                    Files.copy(in, file);
                }
                files.add(file);
            }
        }
        return files;
    }

    @Override
    public void close() {
        try (Stream<Path> files = Files.walk(scratch)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            // A scratch directory that cannot be removed is the operating system's to clean.
        }
    }
}
