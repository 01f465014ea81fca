package io.triggerflow.local.iam;

import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** A text of a policy in which {@code *} stands for any text and {@code ?} for one character. Compiled once; immutable. */
final class Wildcard {
    /** Colons before the resource part of an ARN. */
    private static final int ARN_COLONS = 5;

    private final String text;
    private final Predicate<String> matcher;

    private Wildcard(String text, Predicate<String> matcher) {
        this.text = text;
        this.matcher = matcher;
    }

    /** A value of StringLike: letters count as they are. */
    static Wildcard text(String text) {
        return new Wildcard(text, compile(text, false, false));
    }

    /** An action: letters count alike in both cases. */
    static Wildcard action(String text) {
        return new Wildcard(text, compile(text, true, false));
    }

    /**
     * An element of Resource: in the first five segments a {@code *} that is not the last of its segment ends at the colon
     * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html).
     */
    static Wildcard resource(String text) {
        return new Wildcard(text, compile(text, false, true));
    }

    /** A value of ArnLike: each of the six segments is compared by itself. */
    static Wildcard arn(String text) {
        String[] pattern = text.split(":", ARN_COLONS + 1);
        var segments = new Wildcard[pattern.length];
        for (int i = 0; i < pattern.length; i++) {
            segments[i] = text(pattern[i]);
        }
        return new Wildcard(text, value -> {
            String[] parts = value.split(":", ARN_COLONS + 1);
            if (text.equals("*")) {
                return true;
            }
            boolean matches = parts.length == segments.length;
            for (int i = 0; matches && i < parts.length; i++) {
                matches = segments[i].matches(parts[i]);
            }
            return matches;
        });
    }

    private static Predicate<String> compile(String text, boolean ignoreCase, boolean segments) {
        if (text.equals("*")) {
            return value -> true;
        }
        if (text.indexOf('*') < 0 && text.indexOf('?') < 0) {
            return ignoreCase ? text::equalsIgnoreCase : text::equals;
        }
        var regex = new StringBuilder();
        int colons = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            colons += c == ':' ? 1 : 0;
            boolean free = !segments || colons >= ARN_COLONS || i + 1 == text.length() || text.charAt(i + 1) == ':';
            regex.append(
                    switch (c) {
                        case '*' -> free ? ".*" : "[^:]*";
                        case '?' -> ".";
                        default -> Pattern.quote(String.valueOf(c));
                    });
        }
        int flags = Pattern.DOTALL | (ignoreCase ? Pattern.CASE_INSENSITIVE : 0);
        return Pattern.compile(regex.toString(), flags).asMatchPredicate();
    }

    boolean matches(String value) {
        return matcher.test(value);
    }

    /** As it was written. */
    String text() {
        return text;
    }

    /** The service that an action's pattern names, in lower case; may hold wildcards itself. */
    String service() {
        int colon = text.indexOf(':');
        return (colon < 0 ? text : text.substring(0, colon)).toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return text;
    }
}
