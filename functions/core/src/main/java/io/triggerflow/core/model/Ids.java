package io.triggerflow.core.model;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/**
 * Derives names from causes. Every id of the engine is a pure function of what caused it, so that a repeated decision names the same
 * things (law L1) and whoever receives a repeat can recognise it. Thread-safe.
 */
public final class Ids {
    /** 128 bits: two of 10^12 ids collide with a probability below 10^-14. */
    private static final int HASH_BYTES = 16;

    private Ids() {}

    /** A 22-character, URL-safe name for the given parts; the parts are separated, so that ("ab","c") and ("a","bc") differ. */
    public static String hash(String... parts) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(digest(parts), HASH_BYTES));
    }

    /** A number in [0, 1) that depends on the parts alone: the engine's only "chance" (jitter). */
    public static double fraction(String... parts) {
        byte[] digest = digest(parts);
        long bits = 0;
        for (int i = 0; i < 7; i++) {
            bits = bits << 8 | digest[i] & 0xff;
        }
        return (bits & ((1L << 53) - 1)) / (double) (1L << 53);
    }

    private static byte[] digest(String... parts) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            for (String part : parts) {
                sha.update(part.getBytes(StandardCharsets.UTF_8));
                sha.update((byte) 0);
            }
            return sha.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Expected every Java platform to have SHA-256, but this one does not", e);
        }
    }
}
