package io.triggerflow.local.storage;

import java.io.File;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Finds SQLite's native library: it lies on the class path as a file of its own, so no copy step is needed. */
final class SqliteLibrary {
    private static final String PROPERTY = "sqlite4java.library.path";

    private SqliteLibrary() {}

    /** Points sqlite4java at the library's folder, unless the user already did. */
    static void locate() {
        if (System.getProperty(PROPERTY) == null) {
            Stream.of(System.getProperty("java.class.path"), System.getProperty("surefire.test.class.path", ""))
                    .flatMap(path -> Stream.of(path.split(File.pathSeparator)))
                    .filter(entry -> entry.contains(artifact()))
                    .findFirst()
                    .map(entry -> Path.of(entry).toAbsolutePath().getParent())
                    .ifPresent(folder -> System.setProperty(PROPERTY, folder.toString()));
        }
    }

    private static String artifact() {
        String os = System.getProperty("os.name").toLowerCase(java.util.Locale.ROOT);
        if (os.contains("mac")) {
            return "libsqlite4java-osx";
        }
        return os.contains("win") ? "sqlite4java-win32-x64" : "libsqlite4java-linux-amd64";
    }
}
