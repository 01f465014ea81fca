package io.triggerflow.local.scheduler;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Keeps schedules over a restart: a file a schedule, replaced atomically, so that {@code kill -9} leaves the old or the new one. */
final class ScheduleStore {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Optional<Path> dir;

    /** Keeps them in a directory; nowhere when it is empty. */
    ScheduleStore(Optional<Path> dir) {
        this.dir = dir;
        dir.ifPresent(path -> io(() -> Files.createDirectories(path)));
    }

    void save(Schedule schedule) {
        dir.ifPresent(path -> io(() -> {
            ObjectNode file = JSON.createObjectNode()
                    .put("group", schedule.group())
                    .put("name", schedule.name())
                    .put("created", schedule.created().toString())
                    .put("modified", schedule.modified().toString())
                    .put("done", schedule.done());
            schedule.lastRun().ifPresent(run -> file.put("lastRun", run.toString()));
            file.set("definition", schedule.definition());
            Path target = file(path, schedule.group(), schedule.name());
            Path next = target.resolveSibling(target.getFileName() + ".new");
            Files.write(next, JSON.writeValueAsBytes(file));
            return Files.move(next, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }));
    }

    /** A definition as it is after it was kept. */
    static ObjectNode asRead(ObjectNode definition) {
        try {
            return (ObjectNode) JSON.readTree(JSON.writeValueAsBytes(definition));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void delete(String group, String name) {
        dir.ifPresent(path -> io(() -> Files.deleteIfExists(file(path, group, name))));
    }

    List<Schedule> load() {
        var schedules = new ArrayList<Schedule>();
        dir.ifPresent(path -> io(() -> {
            try (var files = Files.newDirectoryStream(path, "*.json")) {
                for (Path file : files) {
                    schedules.add(read(JSON.readTree(Files.readAllBytes(file))));
                }
            }
            return path;
        }));
        return schedules;
    }

    private static Schedule read(JsonNode file) {
        Schedule schedule = Schedule.of(
                file.path("group").asText(),
                file.path("name").asText(),
                (ObjectNode) file.path("definition"),
                Instant.parse(file.path("created").asText()),
                Instant.parse(file.path("modified").asText()));
        Optional<Instant> lastRun =
                Optional.ofNullable(file.path("lastRun").textValue()).map(Instant::parse);
        return new Schedule(
                schedule.group(),
                schedule.name(),
                schedule.definition(),
                schedule.when(),
                schedule.created(),
                schedule.modified(),
                lastRun,
                file.path("done").asBoolean());
    }

    /** Names are made of letters, digits and {@code _.-} only, so '@' cannot be part of one. */
    private static Path file(Path dir, String group, String name) {
        return dir.resolve(group + "@" + name + ".json");
    }

    @FunctionalInterface
    private interface Step {
        Object run() throws IOException;
    }

    private static void io(Step step) {
        try {
            step.run();
        } catch (IOException e) {
            throw new UncheckedIOException("Expected to keep schedules in the data directory, but: " + e, e);
        }
    }
}
