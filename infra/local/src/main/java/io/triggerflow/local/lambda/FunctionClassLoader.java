package io.triggerflow.local.lambda;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Path;
import java.security.CodeSource;
import java.security.ProtectionDomain;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One function's world: the JDK, what the managed runtime provides, and the function's own code, in this order; nothing of the
 * local runtime is visible. Classes see the function's environment through {@code System.getenv} (see {@link SystemCalls}).
 * Safe for concurrent use.
 */
final class FunctionClassLoader extends ClassLoader implements Function<String, Object>, AutoCloseable {

    static {
        registerAsParallelCapable();
    }

    private static final String GUEST_PACKAGE = "io.triggerflow.local.lambda.guest.";

    private final Map<String, String> environment;
    private final PrintStream out;
    private final Supplier<ExecutorService> forks;
    private final List<ClassRoot> roots = new ArrayList<>();

    /** Without a name of its own: stack traces would carry it, which they do not on Lambda. */
    FunctionClassLoader(
            List<Path> classPath, Map<String, String> environment, PrintStream out, Supplier<ExecutorService> forks)
            throws IOException {
        super(ClassLoader.getPlatformClassLoader());
        this.environment = Map.copyOf(environment);
        this.out = out;
        this.forks = forks;
        for (Path path : classPath) {
            roots.add(ClassRoot.open(path));
        }
    }

    /** Makes a new instance of the handler, ready to be called: see {@code Guest}. */
    @SuppressWarnings("unchecked") // Guest implements exactly this
    BiFunction<byte[], Map<String, String>, Map<String, Object>> newGuest(String handler) {
        try {
            return (BiFunction<byte[], Map<String, String>, Map<String, Object>>) loadClass(GUEST_PACKAGE + "Guest")
                    .getConstructor(String.class)
                    .newInstance(handler);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Expected to load the handler " + handler + ", but " + e, e);
        }
    }

    /** What {@code GuestSystem} asks of its class loader. */
    @Override
    public Object apply(String what) {
        return switch (what) {
            case "environment" -> environment;
            case "out" -> out;
            case "forks" -> forks;
            default ->
                throw new IllegalArgumentException("Expected 'environment', 'out' or 'forks', but got '" + what + "'");
        };
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        String path = name.replace('.', '/') + ".class";
        try {
            if (name.startsWith(GUEST_PACKAGE)) {
                try (InputStream in = FunctionClassLoader.class.getResourceAsStream("/" + path)) {
                    if (in != null) {
                        return define(name, in.readAllBytes(), Optional.empty());
                    }
                }
            }
            for (ClassRoot root : roots) {
                Optional<byte[]> bytes = root.read(path);
                if (bytes.isPresent()) {
                    return define(name, SystemCalls.redirect(bytes.get()), Optional.of(root));
                }
            }
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
        throw new ClassNotFoundException(name);
    }

    private Class<?> define(String name, byte[] bytes, Optional<ClassRoot> root) throws IOException {
        int dot = name.lastIndexOf('.');
        String packageName = dot < 0 ? "" : name.substring(0, dot);
        if (getDefinedPackage(packageName) == null) {
            try {
                definePackage(packageName, null, null, null, null, null, null, null);
            } catch (IllegalArgumentException e) {
                // Another thread defined it in between: just as well.
            }
        }
        if (root.isEmpty()) {
            return defineClass(name, bytes, 0, bytes.length);
        }
        CodeSource source = new CodeSource(root.get().location(), (Certificate[]) null);
        return defineClass(name, bytes, 0, bytes.length, new ProtectionDomain(source, null, this, null));
    }

    @Override
    protected URL findResource(String name) {
        Enumeration<URL> all = findResources(name);
        return all.hasMoreElements() ? all.nextElement() : null;
    }

    @Override
    protected Enumeration<URL> findResources(String name) {
        try {
            List<URL> urls = new ArrayList<>();
            for (ClassRoot root : roots) {
                root.url(name).ifPresent(urls::add);
            }
            return Collections.enumeration(urls);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        for (ClassRoot root : roots) {
            root.close();
        }
    }
}
