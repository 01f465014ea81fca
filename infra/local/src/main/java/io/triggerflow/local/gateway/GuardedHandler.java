package io.triggerflow.local.gateway;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/** A service behind a {@link Guard}. */
final class GuardedHandler implements Handler {
    /** Set on a request whose absent object must not be told of. */
    static final String HIDES_ABSENCE = "hidesAbsence";

    private final String service;
    private final Handler handler;
    private final Guard guard;

    GuardedHandler(String service, Handler handler, Guard guard) {
        this.service = service;
        this.handler = handler;
        this.guard = guard;
    }

    @Override
    public void handle(GatewayExchange exchange) throws IOException {
        String accessKey = AccessKey.of(exchange);
        if (guard.watches(accessKey)) {
            Guard.Verdict verdict = guard.judge(new Request(service, accessKey, exchange));
            if (verdict.refusal().isPresent()) {
                // Some clients lose an answer that comes together with "100 Continue": none is sent before the body is
                // here.
                exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
                AwsErrors.denied(exchange, service, verdict.refusal().get());
                return;
            }
            exchange.setAttribute(HIDES_ABSENCE, verdict.hidesAbsence());
        }
        handler.handle(exchange);
    }

    private record Request(String service, String accessKey, GatewayExchange exchange) implements Guard.Call {
        @Override
        public String method() {
            return exchange.getRequestMethod();
        }

        @Override
        public String target() {
            return service.equals("s3")
                    ? S3Handler.pathStyle(exchange.head().first("Host").orElse(""), exchange.target())
                    : exchange.target();
        }

        @Override
        public Optional<String> header(String name) {
            return exchange.head().first(name);
        }

        @Override
        public byte[] body() throws IOException {
            byte[] body = exchange.getRequestBody().readAllBytes();
            exchange.setStreams(new ByteArrayInputStream(body), null);
            return body;
        }
    }
}
