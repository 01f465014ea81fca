package io.triggerflow.local.lambda.guest;

/** A function called {@code System.exit}: an {@link Error}, so that no handler's catch of Exception swallows it. */
public final class GuestExit extends Error {

    private static final long serialVersionUID = 1L;

    GuestExit(int status) {
        super("exit status " + status, null, false, false);
    }
}
