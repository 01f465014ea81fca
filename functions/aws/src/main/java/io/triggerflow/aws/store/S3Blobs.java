package io.triggerflow.aws.store;

import io.triggerflow.core.port.StoreException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** Blobs in an S3 bucket; the key ends in the SHA-256 of the content. */
public final class S3Blobs implements Blobs {
    private final S3Client client;
    private final String bucket;

    public S3Blobs(S3Client client, String bucket) {
        this.client = client;
        this.bucket = bucket;
    }

    @Override
    public String put(Kind kind, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        String key = kind.prefix() + sha256(bytes);
        try {
            // Always written, even if it is there: that restarts the time after which the bucket's life cycle deletes
            // it.
            client.putObject(
                    r -> r.bucket(bucket).key(key).contentType("application/json"), RequestBody.fromBytes(bytes));
            return key;
        } catch (SdkException e) {
            throw new StoreException(
                    "Expected S3 to keep " + bytes.length + " bytes as " + key + ", but: " + e.getMessage(), e);
        }
    }

    @Override
    public String get(String key) {
        try {
            return client.getObjectAsBytes(r -> r.bucket(bucket).key(key)).asUtf8String();
        } catch (SdkException e) {
            throw new StoreException("Expected S3 to have " + key + ", but: " + e.getMessage(), e);
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Expected every Java platform to have SHA-256, but this one does not", e);
        }
    }
}
