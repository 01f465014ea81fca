package io.triggerflow.local.storage;

import java.net.URI;
import java.time.Duration;

/** Where the embedded services listen. Never another interface: nothing here checks a signature. */
final class Loopback {
    static final String HOST = "127.0.0.1";
    /** Longer than any idle time of the gateway's pooled connections, so that the gateway is the side that closes. */
    static final Duration SERVER_IDLE = Duration.ofMinutes(5);

    private Loopback() {}

    /** A step of a shutdown. */
    @FunctionalInterface
    interface Stop {
        void run() throws Exception;
    }

    /** Runs a step of a shutdown; an interrupt is kept for the caller's thread. */
    static void stop(String what, Stop stop) {
        try {
            stop.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            throw new IllegalStateException("Expected " + what + " to stop, but: " + e, e);
        }
    }

    static URI endpoint(int port) {
        return URI.create("http://" + HOST + ":" + port);
    }
}
