package io.triggerflow.core.check;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which keys an expression reads. */
final class Keys {
    private static final Pattern CONTEXT =
            Pattern.compile("(?<![A-Za-z0-9_.])\\$?run\\.context\\.([A-Za-z_][A-Za-z0-9_]*)");

    private Keys() {}

    /** Keys of the run's context that an expression names. */
    static Set<String> ofContext(String source) {
        Set<String> keys = new LinkedHashSet<>();
        Matcher key = CONTEXT.matcher(source);
        while (key.find()) {
            keys.add(key.group(1));
        }
        return keys;
    }
}
