package io.triggerflow.local.iam;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;

/** What functions are given to sign with: it only says who they are. The same for the same function always, so that processes of an earlier run stay known. */
final class Credentials {
    private static final int KEY_LETTERS = 16;

    private Credentials() {}

    /** In the form of AWS's own for a role: a function's is made of its ARN. */
    static String accessKey(Caller.Session function) {
        byte[] hash = sha256(function.functionArn().orElse(function.arn()));
        var key = new StringBuilder("ASIA");
        for (int i = 0; i < KEY_LETTERS; i++) {
            key.append((char) ('A' + Math.floorMod(hash[i], 26)));
        }
        return key.toString();
    }

    /** The environment variables that hold them. */
    static Map<String, String> variables(Caller.Session function) {
        return Map.of(
                "AWS_ACCESS_KEY_ID",
                accessKey(function),
                "AWS_SECRET_ACCESS_KEY",
                "local",
                "AWS_SESSION_TOKEN",
                Base64.getEncoder().encodeToString(function.arn().getBytes(StandardCharsets.UTF_8)));
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Expected every Java platform to have SHA-256, but this one does not", e);
        }
    }
}
