package io.triggerflow.local.lambda;

import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.ZipFile;

/** A place that classes and resources are read from: a directory, or a jar or zip. Safe for concurrent reads. */
sealed interface ClassRoot extends AutoCloseable {

    Optional<byte[]> read(String name) throws IOException;

    Optional<URL> url(String name) throws MalformedURLException;

    URL location() throws MalformedURLException;

    @Override
    void close() throws IOException;

    static ClassRoot open(Path path) throws IOException {
        return Files.isDirectory(path)
                ? new Directory(path)
                : new Archive(path, new JarFile(path.toFile(), false, ZipFile.OPEN_READ, Runtime.version()));
    }

    record Directory(Path path) implements ClassRoot {
        @Override
        public Optional<byte[]> read(String name) throws IOException {
            Path file = path.resolve(name);
            return Files.isRegularFile(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
        }

        @Override
        public Optional<URL> url(String name) throws MalformedURLException {
            Path file = path.resolve(name);
            return Files.exists(file) ? Optional.of(file.toUri().toURL()) : Optional.empty();
        }

        @Override
        public URL location() throws MalformedURLException {
            return path.toUri().toURL();
        }

        @Override
        public void close() {}
    }

    record Archive(Path path, JarFile jar) implements ClassRoot {
        @Override
        public Optional<byte[]> read(String name) throws IOException {
            JarEntry entry = jar.getJarEntry(name);
            if (entry == null) {
                return Optional.empty();
            }
            try (InputStream in = jar.getInputStream(entry)) {
                return Optional.of(in.readAllBytes());
            }
        }

        @Override
        public Optional<URL> url(String name) throws MalformedURLException {
            JarEntry entry = jar.getJarEntry(name);
            return entry == null
                    ? Optional.empty()
                    : Optional.of(URI.create("jar:" + path.toUri() + "!/" + encoded(entry.getRealName()))
                            .toURL());
        }

        private static String encoded(String name) {
            return name.replace("%", "%25").replace(" ", "%20");
        }

        @Override
        public URL location() throws MalformedURLException {
            return path.toUri().toURL();
        }

        @Override
        public void close() throws IOException {
            jar.close();
        }
    }
}
