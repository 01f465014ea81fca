package com.example.uploads;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import java.util.Map;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** Writes a report beside the upload: what {@link Describe} found in; {@code {report: key}} out. The same input again writes the same report. */
public final class Report implements RequestHandler<Map<String, Object>, Map<String, Object>> {
    private final S3Client s3 = S3Client.create();

    @Override
    public Map<String, Object> handleRequest(Map<String, Object> input, Context context) {
        String key = (String) input.get("key");
        String report = "reports/" + key.substring(key.lastIndexOf('/') + 1) + ".txt";
        String text = key + ": " + input.get("lines") + " lines, " + input.get("words") + " words\n";
        s3.putObject(r -> r.bucket((String) input.get("bucket")).key(report), RequestBody.fromString(text));
        return Map.of("report", report);
    }
}
