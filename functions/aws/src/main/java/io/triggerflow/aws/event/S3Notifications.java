package io.triggerflow.aws.event;

import io.triggerflow.aws.json.Json;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.Ids;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Notifications that a bucket sends itself, named as the CloudEvents adapter for S3 says: the subject is the object's key. */
final class S3Notifications {
    private S3Notifications() {}

    static Translated translate(Map<String, Object> notification) {
        List<Event> events = new ArrayList<>();
        for (Object record : Json.list(notification.get("Records"))) {
            events.add(event(Json.object(record)));
        }
        return new Translated(events, List.of());
    }

    private static Event event(Map<String, Object> record) {
        Map<String, Object> s3 = Json.object(record.get("s3"));
        Map<String, Object> object = Json.object(s3.get("object"));
        String bucket = Json.text(Json.object(s3.get("bucket")), "name", "");
        String key = Json.text(object, "key", "");
        String name = Json.text(record, "eventName", "");
        Map<String, Object> response = Json.object(record.get("responseElements"));
        if (bucket.isEmpty() || name.isEmpty()) {
            throw new EventJson.InvalidEventException(
                    "Expected an S3 record with eventName and s3.bucket.name, but it has not both");
        }
        String id = Ids.hash(
                bucket,
                key,
                name,
                Json.text(object, "sequencer", ""),
                Json.text(response, "x-amz-request-id", ""),
                String.valueOf(record.get("eventTime")));
        String source = "aws:s3." + Json.text(record, "awsRegion", "") + "." + bucket;
        String subject = URLDecoder.decode(key, StandardCharsets.UTF_8);
        return new Event(
                id,
                source,
                "com.amazonaws.s3." + name,
                subject,
                EventJson.parseTime(record.get("eventTime")),
                record,
                Map.of());
    }
}
