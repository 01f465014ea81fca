package io.triggerflow.core.check;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Why a trigger of a run (or workspace) has fired, or why it has not.
 *
 * @param trigger which
 * @param verdict in a word, for programs
 * @param because sentences, the decisive one first
 * @param firings each firing: when, by which event, what it changed; the first first
 * @param condition the values that its condition reads, as they are now
 * @param missing what it still waits for
 * @param providers who could still bring that
 * @param smallest the smallest change that would fire it
 */
public record Explanation(
        String trigger,
        Verdict verdict,
        List<String> because,
        List<Map<String, Object>> firings,
        Map<String, Object> condition,
        List<String> missing,
        List<String> providers,
        Optional<Change> smallest) {
    public Explanation {
        because = List.copyOf(because);
        firings = List.copyOf(firings);
        missing = List.copyOf(missing);
        providers = List.copyOf(providers);
    }

    /** What is the case. */
    public enum Verdict {
        FIRED,
        /** It waits for events. */
        WAITING,
        /** Events came, and its condition has not let it fire. */
        DECLINED,
        DISABLED,
        RETIRED,
        /** The run is paused. */
        PAUSED,
        /** The run has finished. */
        FINISHED
    }

    /**
     * The smallest change that would fire it.
     *
     * @param what in words
     * @param command what to type, if there is one
     */
    public record Change(String what, Optional<String> command) {}

    /** As plain Java JSON. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("trigger", trigger);
        json.put("verdict", verdict.name().toLowerCase(java.util.Locale.ROOT));
        json.put("because", because);
        json.put("firings", firings);
        json.put("condition", condition);
        json.put("missing", missing);
        json.put("providers", providers);
        smallest.ifPresent(s -> {
            Map<String, Object> change = new LinkedHashMap<>();
            change.put("what", s.what());
            s.command().ifPresent(c -> change.put("command", c));
            json.put("smallest", change);
        });
        return json;
    }
}
