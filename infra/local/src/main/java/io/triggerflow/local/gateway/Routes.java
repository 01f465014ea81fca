package io.triggerflow.local.gateway;

import io.triggerflow.local.usage.Usage;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/** What the gateway offers: a handler a service, under the service's signing name. */
public final class Routes implements AutoCloseable {
    private final Map<String, Handler> handlers;
    private final List<Backend> backends;

    private Routes(Map<String, Handler> handlers, List<Backend> backends) {
        this.handlers = Map.copyOf(handlers);
        this.backends = List.copyOf(backends);
    }

    Map<String, Handler> handlers() {
        return handlers;
    }

    /** Begins a table of routes. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public void close() {
        backends.forEach(Backend::close);
    }

    /** Collects routes; not thread-safe. */
    public static final class Builder {
        private final Map<String, Handler> handlers = new HashMap<>();
        private final List<Backend> backends = new ArrayList<>();
        private Optional<CapacityTap> capacity = Optional.empty();
        private Optional<Usage> counting = Optional.empty();
        private Optional<Guard> guard = Optional.empty();

        private Builder() {}

        /** Counts the capacity units of DynamoDB requests in {@code usage}; to be called before DynamoDB's route is added. */
        public Builder metered(Usage usage) {
            capacity = Optional.of(new CapacityTap(usage));
            return this;
        }

        /** Counts every request in {@code usage}. */
        public Builder counted(Usage usage) {
            counting = Optional.of(usage);
            return this;
        }

        /** Lets only requests reach their services that {@code guard} lets pass; the API of functions looks at callers itself. */
        public Builder guarded(Guard value) {
            guard = Optional.of(value);
            return this;
        }

        private Backend backend(String service, URI endpoint) {
            var backend = new Backend(endpoint, service.equals("dynamodb") ? capacity : Optional.empty());
            backends.add(backend);
            return backend;
        }

        /** Streams the requests of a service to a server. */
        public Builder proxy(String service, URI endpoint) {
            handlers.put(service, backend(service, endpoint));
            return this;
        }

        /** Streams the requests of a service to a server, some of them disturbed. */
        public Builder proxy(String service, URI endpoint, Disturbance disturbance) {
            handlers.put(service, new DisturbedHandler(backend(service, endpoint), disturbance));
            return this;
        }

        /** Streams S3 requests, virtual-host style made path style, and tells of objects created. */
        public Builder s3(URI endpoint, ObjectListener listener) {
            handlers.put("s3", new S3Handler(backend("s3", endpoint), listener));
            return this;
        }

        /** Answers the requests of a service in this process. */
        public Builder service(String name, Service service) {
            handlers.put(name, service::handle);
            return this;
        }

        /** The operation that a request names; the method where a service's requests name none. */
        private static String operation(GatewayExchange exchange) {
            String target = exchange.head().first("X-Amz-Target").orElse("");
            return target.isEmpty() ? exchange.getRequestMethod() : target.substring(target.lastIndexOf('.') + 1);
        }

        /**
         * Completes the table and adds {@code GET /_health}.
         *
         * @param ready whether everything of the template is in place
         */
        public Routes build(BooleanSupplier ready) {
            var names = new TreeSet<>(handlers.keySet());
            guard.ifPresent(g -> handlers.replaceAll(
                    (name, handler) -> name.equals("execute-api") ? handler : new GuardedHandler(name, handler, g)));
            counting.ifPresent(usage -> handlers.replaceAll((name, handler) -> exchange -> {
                usage.requested(name, operation(exchange));
                handler.handle(exchange);
            }));
            handlers.put("_health", exchange -> {
                String services = String.join(
                        ",",
                        names.stream()
                                .map(name -> "\"" + name + "\":\"available\"")
                                .toList());
                byte[] body = ("{\"ready\":" + ready.getAsBoolean() + ",\"services\":{" + services + "}}\n")
                        .getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                exchange.sendResponseHeaders(ready.getAsBoolean() ? 200 : 503, body.length);
                exchange.getResponseBody().write(body);
            });
            return new Routes(handlers, backends);
        }
    }
}
