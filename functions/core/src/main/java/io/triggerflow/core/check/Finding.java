package io.triggerflow.core.check;

import io.triggerflow.core.model.RunStatus;
import io.triggerflow.core.script.Step;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One thing that a check found.
 *
 * @param severity how bad it is
 * @param code what kind of thing; stable
 * @param trigger which trigger; empty when it is about the whole bundle
 * @param path its place in the bundle, for instance {@code $.triggers[2]}
 * @param message what is the matter, in a sentence
 * @param advice what to do; empty when nothing needs to be done
 * @param shown the script that shows it, if one does
 */
public record Finding(
        Severity severity,
        Code code,
        String trigger,
        String path,
        String message,
        String advice,
        Optional<Shown> shown) {
    /** How bad a finding is. */
    public enum Severity {
        /** It cannot work as it stands. */
        ERROR,
        /** It works, but hardly as it was meant. */
        WARNING,
        /** Worth knowing; nothing is wrong. */
        INFO
    }

    /** What kind of thing was found. */
    public enum Code {
        UNREACHABLE_TRIGGER,
        NEVER_ENABLED,
        JOIN_CANNOT_FILL,
        NO_END,
        ENDLESS_LOOP,
        ORPHAN_TIMER,
        NOBODY_LISTENS,
        UNHANDLED_FAILURE,
        ORDER_DEPENDENT,
        EXPRESSION_FAILS,
        DEPENDS_ON_DATA,
        FAN_OUT_SIZE,
        DEAREST_RUN,
        UNEXPLORED;

        /** As it is written everywhere: {@code unreachable-trigger}. */
        public String text() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * What the real engine does when it is played a script.
     *
     * @param script the steps
     * @param status where the run stands after them
     * @param firings how often the finding's trigger has fired by then
     * @param other the same events in another order, after which the run stands otherwise
     */
    public record Shown(List<Step> script, RunStatus status, int firings, Optional<List<Step>> other) {
        public Shown {
            script = List.copyOf(script);
        }
    }

    Finding showing(Shown what) {
        return new Finding(severity, code, trigger, path, message, advice, Optional.of(what));
    }

    /** As plain Java JSON. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("severity", severity.name().toLowerCase(java.util.Locale.ROOT));
        json.put("code", code.text());
        json.put("trigger", trigger);
        json.put("path", path);
        json.put("message", message);
        json.put("advice", advice);
        shown.ifPresent(s -> {
            json.put("script", s.script().stream().map(Step::toJson).toList());
            json.put("then", Map.of("status", s.status().name(), "firings", s.firings()));
            s.other()
                    .ifPresent(
                            o -> json.put("other", o.stream().map(Step::toJson).toList()));
        });
        return json;
    }
}
