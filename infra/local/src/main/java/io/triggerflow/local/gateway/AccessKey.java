package io.triggerflow.local.gateway;

import com.sun.net.httpserver.HttpExchange;

/** Whose signature a request has: what stands before the scope of its credential. Signatures themselves are not verified. */
public final class AccessKey {
    private static final String CREDENTIAL = "Credential=";
    private static final String PARAMETER = "X-Amz-Credential";

    private AccessKey() {}

    /** The access key of a request, from its header or its query; empty when it is not signed. */
    public static String of(HttpExchange exchange) {
        String header = exchange.getRequestHeaders().getFirst("Authorization");
        int at = header == null ? -1 : header.indexOf(CREDENTIAL);
        if (at >= 0) {
            return beforeScope(header.substring(at + CREDENTIAL.length()));
        }
        String query = exchange.getRequestURI().getRawQuery();
        return query != null && query.contains(PARAMETER)
                ? beforeScope(Uris.query("?" + query).getOrDefault(PARAMETER, ""))
                : "";
    }

    private static String beforeScope(String credential) {
        int end = credential.indexOf('/');
        return end < 0 ? "" : credential.substring(0, end);
    }
}
