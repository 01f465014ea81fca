package io.triggerflow.local.gateway;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;

/** AWS's query protocol for services in this process: a form in, XML out. */
public final class QueryProtocol {
    private QueryProtocol() {}

    /** Answers a request, or throws {@link ServiceException}. */
    @FunctionalInterface
    public interface Operation {
        /** Takes the form's fields and returns the XML inside the result element. */
        String call(String action, Map<String, String> form);
    }

    /**
     * Serves one request.
     *
     * @param namespace of the answer's XML
     */
    public static void serve(HttpExchange exchange, String namespace, Operation operation) throws IOException {
        String query = exchange.getRequestURI().getRawQuery();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        Map<String, String> form =
                Uris.query("/?" + (body.isEmpty() ? String.valueOf(query) : body).replace("+", "%20"));
        String action = form.getOrDefault("Action", "");
        try {
            String result = operation.call(action, form);
            byte[] xml = ("<" + action + "Response xmlns=\"" + namespace + "\"><" + action + "Result>" + result + "</"
                            + action + "Result><ResponseMetadata><RequestId>" + UUID.randomUUID()
                            + "</RequestId></ResponseMetadata></" + action + "Response>")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/xml");
            exchange.sendResponseHeaders(200, xml.length);
            exchange.getResponseBody().write(xml);
        } catch (ServiceException e) {
            AwsErrors.send(exchange, e.status(), e.code(), e.getMessage());
        }
    }

    /** An element with a text, escaped. */
    public static String element(String name, String text) {
        return "<" + name + ">" + AwsErrors.escapeXml(text) + "</" + name + ">";
    }
}
