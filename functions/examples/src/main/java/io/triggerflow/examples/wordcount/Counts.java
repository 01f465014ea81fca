package io.triggerflow.examples.wordcount;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Totals, and how often each word occurs. Not thread-safe. */
final class Counts {
    long files;
    long lines;
    long words;
    long bytes;
    private final Map<String, Long> byWord = new HashMap<>();

    void word(String word, long times) {
        byWord.merge(word, times, Long::sum);
    }

    /** Adds what {@link #toJson} gave. */
    void add(Map<?, ?> json) {
        files += number(json, "files");
        lines += number(json, "lines");
        words += number(json, "words");
        bytes += number(json, "bytes");
        if (json.get("top") instanceof Map<?, ?> top) {
            top.keySet().forEach(word -> word(word.toString(), number(top, word)));
        }
    }

    private static long number(Map<?, ?> json, Object key) {
        if (json.get(key) instanceof Number n) {
            return n.longValue();
        }
        throw new IllegalArgumentException("Expected counts with a number " + key + ", but got " + json.get(key));
    }

    int different() {
        return byWord.size();
    }

    /** {@code {"files", "lines", "words", "bytes", "top": {word: times, ...}}}, the most frequent first, then in alphabetical order. */
    Map<String, Object> toJson(int most) {
        Map<String, Object> top = new LinkedHashMap<>();
        byWord.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(most)
                .forEach(e -> top.put(e.getKey(), e.getValue()));
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("files", files);
        json.put("lines", lines);
        json.put("words", words);
        json.put("bytes", bytes);
        json.put("top", top);
        return json;
    }
}
