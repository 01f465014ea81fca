package io.triggerflow.examples.wordcount;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Counts the words of a file, or of several. Input {@code {"dir": path, "file": name, "top": n?}}, or {@code "files": [name, ...]}; output
 * {@code {"files", "lines", "words", "bytes", "top": {word: times}}} with the {@code top} (default 50, at most 1,000) most frequent words,
 * so that the output is small however large the file is. A word is a run of letters and digits, with apostrophes and hyphens inside;
 * upper and lower case are the same.
 *
 * <p>Throws {@link IllegalArgumentException} for a name that leads out of the directory, a file that is missing, larger than
 * {@value #MAX_BYTES} bytes, or not UTF-8 text. Stateless; thread-safe; memory does not grow with the length of a file or its lines,
 * but with the number of different words.
 */
public final class CountWords implements RequestHandler<Map<String, Object>, Map<String, Object>> {
    /** What a function of a few hundred MB counts in well under its 15 minutes. */
    static final long MAX_BYTES = 256L << 20;

    private static final int MAX_DIFFERENT = 1_000_000;
    private static final int MAX_WORD = 100;

    @Override
    public Map<String, Object> handleRequest(Map<String, Object> input, Context context) {
        Path directory = Input.directory(input);
        int top = Input.number(input, "top", 1, 1_000, 50);
        Counts counts = new Counts();
        List<?> files = input.get("files") instanceof List<?> list
                ? list
                : input.get("file") == null ? List.of() : List.of(input.get("file"));
        if (files.isEmpty()) {
            throw new IllegalArgumentException(
                    "Expected file to be the name of a file, or files a list of them, but got neither");
        }
        for (Object file : files) {
            count(resolve(directory, file), counts);
        }
        return counts.toJson(top);
    }

    private static Path resolve(Path directory, Object file) {
        if (!(file instanceof String name) || name.isBlank() || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("Expected the name of a file, but got " + file);
        }
        Path path = directory.resolve(name).normalize();
        if (!path.startsWith(directory.normalize())) {
            throw new IllegalArgumentException("Expected the name of a file in " + directory + ", but got " + name);
        }
        return path;
    }

    private static void count(Path file, Counts counts) {
        try {
            if (!Files.isRegularFile(file)) {
                throw new IllegalArgumentException("Expected a file to read, but there is none at " + file);
            }
            long size = Files.size(file);
            if (size > MAX_BYTES) {
                throw new IllegalArgumentException(
                        "Expected a file of at most " + MAX_BYTES + " bytes, but " + file + " has " + size);
            }
            var decoder = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT);
            try (var reader = new BufferedReader(new InputStreamReader(Files.newInputStream(file), decoder), 1 << 16)) {
                new Scan(file, counts).read(reader);
            }
            counts.files++;
            counts.bytes += size;
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("Expected text in UTF-8, but " + file + " holds other bytes", e);
        } catch (IOException e) {
            throw new UncheckedIOException("Expected to read " + file + ", but: " + e, e);
        }
    }

    /** One pass over a file, character by character: a line may be as long as the file. */
    private static final class Scan {
        private final Path file;
        private final Counts counts;
        private final StringBuilder word = new StringBuilder();

        private Scan(Path file, Counts counts) {
            this.file = file;
            this.counts = counts;
        }

        void read(BufferedReader reader) throws IOException {
            int last = '\n';
            for (int c = reader.read(); c >= 0; c = reader.read()) {
                last = c;
                // The decoder gives halves of pairs only as pairs.
                character(
                        Character.isHighSurrogate((char) c)
                                ? Character.toCodePoint((char) c, (char) reader.read())
                                : c);
            }
            endOfWord();
            counts.lines += last == '\n' ? 0 : 1;
        }

        private void character(int c) {
            if (c == 0) {
                throw new IllegalArgumentException(
                        "Expected text, but " + file + " holds zero bytes, as binary files do");
            }
            if (Character.isLetterOrDigit(c) || isMark(c)) {
                append(c);
            } else if (!word.isEmpty() && (c == '\'' || c == '’' || c == '-')) {
                append(c == '’' ? '\'' : c);
            } else {
                endOfWord();
            }
            if (c == '\n') {
                counts.lines++;
            }
        }

        /** Accents and vowel signs that follow their letter. */
        private static boolean isMark(int c) {
            int type = Character.getType(c);
            return type == Character.NON_SPACING_MARK
                    || type == Character.COMBINING_SPACING_MARK
                    || type == Character.ENCLOSING_MARK;
        }

        /** What is longer than any word is kept at a bounded length. */
        private void append(int c) {
            if (word.length() < MAX_WORD) {
                word.appendCodePoint(c);
            }
        }

        private void endOfWord() {
            int end = word.length();
            while (end > 0 && (word.charAt(end - 1) == '\'' || word.charAt(end - 1) == '-')) {
                end--;
            }
            if (end > 0) {
                counts.words++;
                counts.word(word.substring(0, end).toLowerCase(Locale.ROOT), 1);
                if (counts.different() > MAX_DIFFERENT) {
                    throw new IllegalArgumentException(
                            "Expected at most " + MAX_DIFFERENT + " different words, but there are more in " + file);
                }
            }
            word.setLength(0);
        }
    }
}
