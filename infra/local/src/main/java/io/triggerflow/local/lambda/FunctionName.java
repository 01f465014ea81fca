package io.triggerflow.local.lambda;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A function as requests name it: name, partial ARN ({@code 123456789012:function:name}) or ARN, each with an optional qualifier.
 *
 * @param name      the function's name
 * @param qualifier a version or an alias
 */
record FunctionName(String name, Optional<String> qualifier) {

    private static final Pattern FORM = Pattern.compile(
            "(?:arn:[a-z-]+:lambda:[a-z0-9-]+:\\d{12}:function:|\\d{12}:function:)?([A-Za-z0-9_-]+)(?::([A-Za-z0-9_$-]+))?");

    static FunctionName parse(String text, Optional<String> qualifierParameter) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new LambdaException(
                    400, "ValidationException", "Expected a function name or ARN, but got '" + text + "'");
        }
        return new FunctionName(
                matcher.group(1), Optional.ofNullable(matcher.group(2)).or(() -> qualifierParameter));
    }
}
