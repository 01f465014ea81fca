package io.triggerflow.local.gateway;

/** Hears of objects that the gateway saw created. Called on the request's thread before the client has its answer's end. */
@FunctionalInterface
public interface ObjectListener {
    /**
     * An object was created.
     *
     * @param reason the S3 operation: PutObject, CopyObject, CompleteMultipartUpload
     */
    void created(String bucket, String key, long size, String etag, String reason);

    /** For those who do not care. */
    static ObjectListener none() {
        return (bucket, key, size, etag, reason) -> {};
    }
}
