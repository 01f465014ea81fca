package io.triggerflow.local.gateway;

import java.io.IOException;
import java.util.Optional;

/** Decides which requests reach their services. Thread-safe. */
public interface Guard {
    /** Whether the calls of this access key's holder are judged at all; those of others cost nothing. */
    boolean watches(String accessKey);

    /** Judges a call. */
    Verdict judge(Call call) throws IOException;

    /**
     * A judgement.
     *
     * @param refusal why not; empty lets the request pass
     * @param hidesAbsence whether an absent object is to be refused instead of reported, as S3 does for those who may not list its bucket
     */
    record Verdict(Optional<String> refusal, boolean hidesAbsence) {
        /** Lets it pass. */
        public static final Verdict PASS = new Verdict(Optional.empty(), false);
    }

    /** A request, as far as it matters here. */
    interface Call {
        /** The service's signing name. */
        String service();

        /** Whose signature it has. */
        String accessKey();

        /** GET, PUT and so on. */
        String method();

        /** Path and query, still encoded; for S3 in path style. */
        String target();

        /** A header's first value. */
        Optional<String> header(String name);

        /** The whole body, read once and handed to the service afterwards. */
        byte[] body() throws IOException;
    }
}
