package io.triggerflow.local.storage;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import org.gaul.s3proxy.AuthenticationType;
import org.gaul.s3proxy.S3Proxy;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStore;
import org.jclouds.blobstore.BlobStoreContext;

/** S3 inside this JVM (S3Proxy), path-style and virtual-host-style, on loopback; it accepts any credentials. */
public final class S3Server implements AutoCloseable {
    private final S3Proxy proxy;
    private final BlobStoreContext context;

    private S3Server(S3Proxy proxy, BlobStoreContext context) {
        this.proxy = proxy;
        this.context = context;
    }

    /**
     * Starts the server and returns once it answers.
     *
     * @param dataDir where objects are kept as plain files, one folder a bucket; empty keeps them in memory
     */
    public static S3Server start(Optional<Path> dataDir) {
        BlobStoreContext context = blobs(dataDir);
        BlobStore store = context.getBlobStore();
        S3Proxy proxy = S3Proxy.builder()
                .blobStore(store)
                .endpoint(Loopback.endpoint(0))
                .awsAuthentication(AuthenticationType.NONE, "", "")
                .ignoreUnknownHeaders(true)
                .build();
        try {
            proxy.start();
        } catch (Exception e) {
            throw new IllegalStateException("Expected S3 to start, but it failed: " + e, e);
        }
        return new S3Server(proxy, context);
    }

    private static BlobStoreContext blobs(Optional<Path> dataDir) {
        var overrides = new Properties();
        if (dataDir.isPresent()) {
            try {
                Files.createDirectories(dataDir.get());
            } catch (IOException e) {
                throw new UncheckedIOException(
                        "Expected a writable data directory at " + dataDir.get() + ", but: " + e, e);
            }
            overrides.setProperty(
                    "jclouds.filesystem.basedir", dataDir.get().toAbsolutePath().toString());
        }
        return ContextBuilder.newBuilder(dataDir.isPresent() ? "filesystem-nio2" : "transient-nio2")
                .credentials("local", "local")
                .modules(ImmutableList.of())
                .overrides(overrides)
                .buildView(BlobStoreContext.class);
    }

    /** The address that speaks the S3 protocol directly, without the gateway. */
    public URI endpoint() {
        return Loopback.endpoint(proxy.getPort());
    }

    @Override
    public void close() {
        Loopback.stop("S3", proxy::stop);
        context.close();
    }
}
