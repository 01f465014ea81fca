package com.example.uploads;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import software.amazon.awssdk.services.s3.S3Client;

/** Says what is in an uploaded text: {@code {bucket, key}} in; {@code {bucket, key, lines, words}} out. Knows nothing of workflows. */
public final class Describe implements RequestHandler<Map<String, Object>, Map<String, Object>> {
    private final S3Client s3 = S3Client.create();

    @Override
    public Map<String, Object> handleRequest(Map<String, Object> input, Context context) {
        String bucket = (String) input.get("bucket");
        String key = (String) input.get("key");
        long lines = 0;
        long words = 0;
        var object = s3.getObject(r -> r.bucket(bucket).key(key));
        try (var reader = new BufferedReader(new InputStreamReader(object, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines++;
                words += line.isBlank() ? 0 : line.strip().split("\\s+").length;
            }
        } catch (IOException e) {
            // Thrown, it is an outcome that the workflow can retry or handle.
            throw new IllegalStateException("Expected to read " + key + ", but: " + e.getMessage(), e);
        }
        return Map.of("bucket", bucket, "key", key, "lines", lines, "words", words);
    }
}
