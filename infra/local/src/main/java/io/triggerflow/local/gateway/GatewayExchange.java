package io.triggerflow.local.gateway;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpPrincipal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One request and its answer on a connection of the gateway, in the JDK's own vocabulary so that services need no other,
 * with the raw head beside it for the proxy.
 */
final class GatewayExchange extends HttpExchange {
    private final Socket socket;
    private final OutputStream out;
    private final HttpHead head;
    private final String method;
    private final String target;
    private final Headers requestHeaders = new Headers();
    private final Headers responseHeaders = new Headers();
    private final Map<String, Object> attributes = new HashMap<>();
    private InputStream requestBody;
    private OutputStream responseBody = OutputStream.nullOutputStream();
    private int status = -1;
    private boolean keepAlive;

    GatewayExchange(Socket socket, WireInput in, OutputStream out, HttpHead head) throws IOException {
        this.socket = socket;
        this.out = out;
        this.head = head;
        String[] parts = head.start().split(" ");
        if (parts.length != 3 || !parts[1].startsWith("/") && !parts[1].contains("://") && !parts[1].equals("*")) {
            throw new IOException("Expected an HTTP request line, but got: " + head.start());
        }
        this.method = parts[0];
        this.target = parts[1].contains("://") ? Uris.originForm(parts[1]) : parts[1];
        this.keepAlive = !head.closes();
        head.headers().forEach(h -> requestHeaders.add(h.name(), h.value()));
        this.requestBody =
                head.chunked() ? in.chunked() : in.fixed(head.contentLength().orElse(0L));
    }

    HttpHead head() {
        return head;
    }

    /** The request target as sent: path and query, still encoded. */
    String target() {
        return target;
    }

    boolean keepAlive() {
        return keepAlive;
    }

    boolean answered() {
        return status >= 0;
    }

    /** Reads what the handler left of the request, so that the next request starts where it should. */
    void finish() throws IOException {
        responseBody.close();
        long left = 1 << 20;
        byte[] scratch = new byte[8192];
        for (int n = requestBody.read(scratch); n >= 0; n = requestBody.read(scratch)) {
            left -= n;
            if (left < 0) {
                keepAlive = false; // cheaper to lose the connection than to read a large body that nobody wants
                break;
            }
        }
        out.flush();
    }

    /**
     * Sends status and headers of an answer whose names keep their spelling.
     *
     * @param length bytes of the body; empty sends it chunked
     * @return where the body goes
     */
    OutputStream respond(String statusLine, List<HttpHead.Header> headers, Optional<Long> length) throws IOException {
        status = Integer.parseInt(statusLine.split(" ")[1]);
        var all = new ArrayList<>(headers);
        boolean bodiless = method.equals("HEAD") || status == 204 || status == 304;
        if (length.isPresent() && status != 204) {
            all.add(new HttpHead.Header("Content-Length", Long.toString(length.get())));
        } else if (!bodiless) {
            all.add(new HttpHead.Header("Transfer-Encoding", "chunked"));
        }
        if (!keepAlive) {
            all.add(new HttpHead.Header("Connection", "close"));
        }
        out.write(new HttpHead(statusLine, all).bytes());
        if (bodiless) {
            responseBody = OutputStream.nullOutputStream();
        } else {
            responseBody = length.isPresent() ? new Unclosed(out) : new ChunkedOutput(out);
        }
        return responseBody;
    }

    @Override
    public void sendResponseHeaders(int code, long length) throws IOException {
        var headers = new ArrayList<HttpHead.Header>();
        responseHeaders.forEach((name, values) -> {
            if (!HttpHead.isHopByHop(name) && !name.equalsIgnoreCase("Content-Length")) {
                values.forEach(value -> headers.add(new HttpHead.Header(name, value)));
            }
        });
        // The JDK's convention: -1 is no body, 0 is a body of unknown length.
        Optional<Long> framed = length == 0 ? Optional.empty() : Optional.of(Math.max(length, 0));
        respond("HTTP/1.1 " + code + " -", headers, framed);
    }

    @Override
    public Headers getRequestHeaders() {
        return requestHeaders;
    }

    @Override
    public Headers getResponseHeaders() {
        return responseHeaders;
    }

    @Override
    public URI getRequestURI() {
        return Uris.parse(target);
    }

    @Override
    public String getRequestMethod() {
        return method;
    }

    @Override
    public HttpContext getHttpContext() {
        throw new UnsupportedOperationException("Expected no use of a context: the gateway has none");
    }

    @Override
    public void close() {
        try {
            responseBody.close();
        } catch (IOException e) {
            keepAlive = false;
        }
    }

    @Override
    public InputStream getRequestBody() {
        return requestBody;
    }

    @Override
    public OutputStream getResponseBody() {
        return responseBody;
    }

    @Override
    public InetSocketAddress getRemoteAddress() {
        return (InetSocketAddress) socket.getRemoteSocketAddress();
    }

    @Override
    public int getResponseCode() {
        return status;
    }

    @Override
    public InetSocketAddress getLocalAddress() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    @Override
    public String getProtocol() {
        return "HTTP/1.1";
    }

    @Override
    public Object getAttribute(String name) {
        return attributes.get(name);
    }

    @Override
    public void setAttribute(String name, Object value) {
        attributes.put(name, value);
    }

    @Override
    public void setStreams(InputStream input, OutputStream output) {
        requestBody = input == null ? requestBody : input;
        responseBody = output == null ? responseBody : output;
    }

    @Override
    public HttpPrincipal getPrincipal() {
        return null; // the JDK's contract: no authenticator, no principal
    }

    /** The connection outlives a body of known length. */
    private static final class Unclosed extends OutputStream {
        private final OutputStream out;

        Unclosed(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }

        @Override
        public void close() throws IOException {
            out.flush();
        }
    }
}
