package io.triggerflow.local.gateway;

/** The port asked for is in use. The message is one line for the user and says what to do; exit status 2 belongs to it. */
public final class PortTakenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The exit status of a command that ends for this reason. */
    public static final int EXIT_STATUS = 2;

    PortTakenException(int port, Throwable cause) {
        super(
                "Expected port " + port + " of 127.0.0.1 to be free, but another process listens there: "
                        + "stop it (`lsof -i :" + port + "` names it) or choose another with --port.",
                cause);
    }
}
