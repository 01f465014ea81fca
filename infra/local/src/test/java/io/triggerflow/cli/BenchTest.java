package io.triggerflow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A measurement, end to end: not how fast, but that every figure is there and that they agree with each other. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
final class BenchTest {
    @Test
    void measuresASequence() throws IOException {
        assumeTrue(
                Files.isRegularFile(Runtimes.home().resolve("functions/target/functions.zip")),
                "functions.zip is not built");
        Ran ran = Ran.of("bench", "sequence", "--events", "4", "--warm-up", "1", "--idle", "0", "--json");
        assertEquals(0, ran.status(), ran.toString());
        JsonNode report = ran.json();
        assertEquals(4, report.path("events").asInt(), ran.out());
        assertEquals(1, report.path("warmUpEvents").asInt());
        assertEquals(3, report.path("loadedLatencyMillis").path("samples").asInt());
        assertTrue(report.path("requestsPerEvent").asDouble() >= 6, ran.out());
        assertTrue(report.path("writeUnitsPerEvent").asDouble() >= 1, ran.out());
        double engine = report.path("engineCpuMillisPerEvent").asDouble();
        assertTrue(
                engine > 0 && engine <= report.path("processCpuMillisPerEvent").asDouble(), ran.out());
        assertEquals("threads", report.path("engineCpuOf").asText());
        assertTrue(report.path("engineStarts").asInt() >= 1, ran.out());
        assertTrue(report.path("engineStartCpuMillis").asDouble() > 0, ran.out());
    }
}
