package io.triggerflow.local.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Accepted events on disk: an append-only file of JSON lines, one for each acceptance, failed attempt and end. It survives the
 * death of the process ({@code kill -9}); it is not forced to the disk, so it may lose its end when the machine dies. A torn last
 * line is an acceptance that was never answered, and is dropped. Thread-safe.
 */
final class EventJournal implements AutoCloseable {

    private static final long COMPACT_BYTES = 64L * 1024 * 1024;

    private final Path file;
    private final Map<String, AcceptedEvent> open = new LinkedHashMap<>();
    private FileChannel channel;
    private long compactAt = COMPACT_BYTES;

    EventJournal(Path directory) {
        try {
            Files.createDirectories(directory);
            file = directory.resolve("lambda-events.jsonl");
            if (Files.exists(file)) {
                replay();
            }
            rewrite();
        } catch (IOException e) {
            throw new UncheckedIOException("Expected to keep accepted events in " + directory + ", but " + e, e);
        }
    }

    /** Events accepted and not ended, oldest first: what a restart has to run. */
    synchronized List<AcceptedEvent> open() {
        return new ArrayList<>(open.values());
    }

    synchronized void accepted(AcceptedEvent event) {
        open.put(event.requestId(), event);
        append(List.of(line(event)));
    }

    synchronized void ended(AcceptedEvent event) {
        open.remove(event.requestId());
        append(List.of(Wire.object().put("end", event.requestId())));
        if (size() > compactAt) {
            try {
                rewrite();
                compactAt = COMPACT_BYTES + 2 * size();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void replay() throws IOException {
        for (String text : Files.readAllLines(file, StandardCharsets.UTF_8)) {
            Optional<JsonNode> line = Wire.parse(text.getBytes(StandardCharsets.UTF_8));
            if (line.isEmpty()) {
                continue;
            }
            if (line.get().has("end")) {
                open.remove(line.get().path("end").asText());
            } else {
                AcceptedEvent event = event(line.get());
                open.put(event.requestId(), event);
            }
        }
    }

    private void rewrite() throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        if (channel != null) {
            channel.close();
        }
        channel = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        append(open.values().stream().map(EventJournal::line).toList());
        Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private void append(Collection<ObjectNode> lines) {
        try {
            for (ObjectNode line : lines) {
                byte[] json = Wire.bytes(line);
                ByteBuffer buffer = ByteBuffer.allocate(json.length + 1)
                        .put(json)
                        .put((byte) '\n')
                        .flip();
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Expected to write " + file + ", but " + e, e);
        }
    }

    private long size() {
        try {
            return channel.size();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ObjectNode line(AcceptedEvent event) {
        ObjectNode line = Wire.object()
                .put("id", event.requestId())
                .put("function", event.function())
                .put("payload", new String(event.payload(), StandardCharsets.UTF_8))
                .put("accepted", event.acceptedAt().toEpochMilli())
                .put("attempts", event.attempts())
                .put("due", event.dueAt().toEpochMilli());
        event.qualifier().ifPresent(q -> line.put("qualifier", q));
        event.clientContext().ifPresent(c -> line.put("clientContext", c));
        return line;
    }

    private static AcceptedEvent event(JsonNode line) {
        return new AcceptedEvent(
                line.path("id").asText(),
                line.path("function").asText(),
                Optional.ofNullable(line.get("qualifier")).map(JsonNode::asText),
                line.path("payload").asText().getBytes(StandardCharsets.UTF_8),
                Optional.ofNullable(line.get("clientContext")).map(JsonNode::asText),
                Instant.ofEpochMilli(line.path("accepted").asLong()),
                line.path("attempts").asInt(),
                0,
                Instant.ofEpochMilli(line.path("due").asLong()));
    }

    @Override
    public synchronized void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
