package io.triggerflow.local;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;

/**
 * One emulated AWS service behind the local runtime's single port.
 *
 * <p>The gateway calls {@link #handle} for every request whose SigV4 credential scope names {@link #signingName()}
 * ({@code lambda}, {@code events}, {@code scheduler}, ...). Implementations are safe for concurrent calls, answer every
 * request themselves (errors in the service's own wire format included) and close the exchange.
 */
public interface AwsService {

    /** The service name of a SigV4 credential scope, for example {@code lambda}. */
    String signingName();

    /**
     * Answers one request and closes the exchange.
     *
     * @throws IOException when the caller went away while it was being answered
     */
    void handle(HttpExchange exchange) throws IOException;
}
