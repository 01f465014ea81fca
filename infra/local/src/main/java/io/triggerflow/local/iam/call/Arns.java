package io.triggerflow.local.iam.call;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * ARNs of the one account, and requests taken apart.
 *
 * @param region of everything
 * @param account of everything
 */
record Arns(String region, String account) {

    /** An ARN as it is, or that of a resource by name. */
    String of(String service, String prefix, String nameOrArn) {
        return nameOrArn.startsWith("arn:") ? nameOrArn : arn(service, prefix + nameOrArn);
    }

    String arn(String service, String resource) {
        return "arn:aws:" + service + ":" + region + ":" + account + ":" + resource;
    }

    /** The operation that an X-Amz-Target names. */
    static String operation(io.triggerflow.local.gateway.Guard.Call call) {
        String target = call.header("X-Amz-Target").orElse("");
        return target.substring(target.lastIndexOf('.') + 1);
    }

    static String path(String target) {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    /** The fields of a query, or of a form, decoded. */
    static Map<String, String> form(String text) {
        Map<String, String> form = new HashMap<>();
        for (String pair : text.isEmpty() ? new String[0] : text.split("&")) {
            String[] parts = pair.split("=", 2);
            form.putIfAbsent(decode(parts[0]), parts.length < 2 ? "" : decode(parts[1]));
        }
        return form;
    }

    static Map<String, String> query(String target) {
        int query = target.indexOf('?');
        return form(query < 0 ? "" : target.substring(query + 1));
    }

    static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new UnknownCallException("a request with the malformed escape '" + text + "'");
        }
    }

    /** A path segment: a plus sign is one. */
    static String segment(String text) {
        return decode(text.replace("+", "%2B"));
    }
}
