package io.triggerflow.core.definition;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** Finds what a misspelt word was meant to be. */
public final class Nearest {
    /** Among more words than this, none is looked for: it would cost more than the reading. */
    private static final int MAX_WORDS = 1_000;

    private Nearest() {}

    /** {@code "; did you mean 'x'?"}, or an empty text when nothing is near. */
    public static String hint(String word, Collection<String> known) {
        if (known.size() > MAX_WORDS || word.length() > 100) {
            return "";
        }
        int most = Math.max(1, word.length() / 3);
        return known.stream()
                .filter(k -> distance(word, k) <= most)
                .min(Comparator.comparingInt((String k) -> distance(word, k)).thenComparing(Comparator.naturalOrder()))
                .map(k -> "; did you mean '" + k + "'?")
                .orElse("");
    }

    /** Letters changed, added, left out or swapped with their neighbour; upper and lower case are the same. */
    static int distance(String one, String other) {
        String a = one.toLowerCase(Locale.ROOT);
        String b = other.toLowerCase(Locale.ROOT);
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                d[i][j] = i == 0 || j == 0 ? i + j : step(d, a, b, i, j);
            }
        }
        return d[a.length()][b.length()];
    }

    private static int step(int[][] d, String a, String b, int i, int j) {
        int changed = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int best = Math.min(changed, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(best, d[i - 2][j - 2] + 1) : best;
    }
}
