package io.triggerflow.examples.wordcount;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WordCountTest {
    private static final Path TEXTS = Path.of("texts");

    @TempDir
    Path dir;

    private Path write(String name, String text) throws IOException {
        return Files.writeString(dir.resolve(name), text);
    }

    private Map<String, Object> count(String file) {
        return new CountWords()
                .handleRequest(Map.of("dir", dir.toString(), "file", file, "__triggerflow", Map.of("w", "x")), null);
    }

    private String refused(String file) {
        return assertThrows(IllegalArgumentException.class, () -> count(file)).getMessage();
    }

    private static Map<String, Object> list(Path dir) {
        return new ListFiles().handleRequest(Map.of("dir", dir.toString()), null);
    }

    @Test
    void listsTheTextFilesOfADirectory() throws IOException {
        write("b.txt", "b");
        write("a.txt", "a");
        write(".hidden.txt", "h");
        write("c.bin", "c");
        Files.createDirectory(dir.resolve("d.txt"));
        assertEquals(Map.of("dir", dir.toString(), "files", List.of("a.txt", "b.txt"), "count", 2), list(dir));
        assertEquals(
                3,
                new ListFiles()
                        .handleRequest(Map.of("dir", dir.toString(), "suffix", ""), null)
                        .get("count"));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> list(dir.resolve("nowhere")))
                .getMessage()
                .contains("but there is none at"));
        assertThrows(IllegalArgumentException.class, () -> new ListFiles().handleRequest(Map.of(), null));
    }

    @Test
    void countsWordsLinesAndBytes() throws IOException {
        write("a.txt", "The cat -- the CAT's 'hat'.\nDon’t, don't; well-known\nÉté 2026 🙂");
        Map<String, Object> counts = count("a.txt");
        assertEquals(
                Map.of(
                        "the",
                        2L,
                        "cat",
                        1L,
                        "cat's",
                        1L,
                        "hat",
                        1L,
                        "don't",
                        2L,
                        "well-known",
                        1L,
                        "été",
                        1L,
                        "2026",
                        1L),
                counts.get("top"));
        assertEquals(
                List.of(1L, 3L, 10L, Files.size(dir.resolve("a.txt"))),
                List.of(counts.get("files"), counts.get("lines"), counts.get("words"), counts.get("bytes")));
    }

    @Test
    void anEmptyFileHasNoWords() throws IOException {
        write("empty.txt", "");
        assertEquals(Map.of("files", 1L, "lines", 0L, "words", 0L, "bytes", 0L, "top", Map.of()), count("empty.txt"));
    }

    @Test
    void theTopIsBounded() throws IOException {
        StringBuilder text = new StringBuilder("x".repeat(5_000_000)).append(' ');
        for (int i = 0; i < 20_000; i++) {
            text.append("word").append(i).append(i < 10 ? " again " : " ");
        }
        write("many.txt", text.toString());
        Map<?, ?> top = (Map<?, ?>) count("many.txt").get("top");
        assertEquals(50, top.size());
        assertEquals(Map.entry("again", 10L), top.entrySet().iterator().next());
        assertEquals(20_011L, count("many.txt").get("words"));
    }

    @Test
    void whatCannotBeCountedIsRefusedWithItsReason() throws IOException {
        Files.write(dir.resolve("zero.txt"), new byte[] {'a', 0, 'b'});
        Files.write(dir.resolve("latin1.txt"), "été".getBytes(StandardCharsets.ISO_8859_1));
        assertTrue(refused("zero.txt").contains("holds zero bytes, as binary files do"));
        assertTrue(refused("latin1.txt").contains("Expected text in UTF-8, but"));
        assertTrue(refused("missing.txt").contains("but there is none at"));
        assertTrue(refused("../other.txt").contains("Expected the name of a file in"));
        assertTrue(refused("/etc/hostname").contains("Expected the name of a file in"));
        Files.createDirectory(dir.resolve("folder"));
        assertTrue(refused("folder").contains("Expected a file to read"));
        try (var file = new RandomAccessFile(dir.resolve("huge.txt").toFile(), "rw")) {
            file.setLength(CountWords.MAX_BYTES + 1); // sparse: it takes no space
        }
        assertTrue(refused("huge.txt").contains("Expected a file of at most"));
    }

    @Test
    void mergingPartsInAnyGroupingGivesTheSameTotals() throws IOException {
        List<Object> parts = new ArrayList<>();
        for (Object file : (List<?>) list(TEXTS).get("files")) {
            parts.add(
                    new CountWords().handleRequest(Map.of("dir", TEXTS.toString(), "file", file, "top", 1_000), null));
        }
        assertTrue(parts.size() >= 12, "texts: " + parts.size());
        Map<String, Object> all = merge(parts);
        assertEquals(all, merge(List.of(merge(parts.subList(0, 5)), merge(parts.subList(5, parts.size())))));
        assertEquals(
                all,
                new CountWords()
                        .handleRequest(
                                Map.of(
                                        "dir",
                                        TEXTS.toString(),
                                        "files",
                                        list(TEXTS).get("files"),
                                        "top",
                                        1_000),
                                null));
        assertEquals("the", ((Map<?, ?>) all.get("top")).keySet().iterator().next());
        assertThrows(IllegalArgumentException.class, () -> merge(List.of("x")));
        assertThrows(
                IllegalArgumentException.class, () -> new MergeCounts().handleRequest(new LinkedHashMap<>(), null));
    }

    private static Map<String, Object> merge(List<?> parts) {
        return new MergeCounts().handleRequest(Map.of("parts", parts, "top", 1_000), null);
    }
}
