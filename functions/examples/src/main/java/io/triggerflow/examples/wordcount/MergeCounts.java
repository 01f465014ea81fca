package io.triggerflow.examples.wordcount;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import java.util.List;
import java.util.Map;

/**
 * Adds up what {@link CountWords} or this function gave. Input {@code {"parts": [counts, ...], "top": n?}}; output counts of the same shape
 * with the {@code top} (default 200, at most 1,000) most frequent words. Totals are exact; a word's number leaves out those parts in which
 * it was not among the most frequent. Throws {@link IllegalArgumentException} when parts is no list of counts. Stateless; thread-safe.
 */
public final class MergeCounts implements RequestHandler<Map<String, Object>, Map<String, Object>> {
    @Override
    public Map<String, Object> handleRequest(Map<String, Object> input, Context context) {
        if (!(input.get("parts") instanceof List<?> parts)) {
            throw new IllegalArgumentException("Expected parts to be a list of counts, but got " + input.get("parts"));
        }
        Counts counts = new Counts();
        for (Object part : parts) {
            if (!(part instanceof Map<?, ?> json)) {
                throw new IllegalArgumentException("Expected parts to be a list of counts, but one of them is " + part);
            }
            counts.add(json);
        }
        return counts.toJson(Input.number(input, "top", 1, 1_000, 200));
    }
}
