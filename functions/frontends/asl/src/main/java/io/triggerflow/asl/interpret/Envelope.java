package io.triggerflow.asl.interpret;

import java.util.LinkedHashMap;
import java.util.Map;

/** What lambda:invoke answers around a function's own answer. */
public final class Envelope {
    private Envelope() {}

    /**
     * @param payload the function's answer
     * @param version that answered
     * @param log the end of its log in Base64; null without
     * @param requestId of the invocation
     */
    public static Map<String, Object> of(Object payload, String version, String log, String requestId) {
        Map<String, Object> http = new LinkedHashMap<>();
        http.put("HttpStatusCode", 200);
        Map<String, Object> envelope = new LinkedHashMap<>();
        envelope.put("ExecutedVersion", version);
        if (log != null) {
            envelope.put("LogResult", log);
        }
        envelope.put("Payload", payload);
        envelope.put("SdkHttpMetadata", http);
        envelope.put("SdkResponseMetadata", Map.of("RequestId", requestId));
        envelope.put("StatusCode", 200);
        return envelope;
    }
}
