package io.triggerflow.local.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleExpressionTest {
    private static final Instant START =
            Instant.parse("2026-03-27T10:00:00Z"); // a Friday, two days before Madrid's summer time

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "at(2026-03-28T09:00:00)       | Europe/Madrid | 2026-03-28T08:00:00Z",
                "at(2026-03-29T09:00:00)       | Europe/Madrid | 2026-03-29T07:00:00Z",
                "rate(5 minutes)               | UTC           | 2026-03-27T10:05:00Z",
                "rate(1 hour)                  | UTC           | 2026-03-27T11:00:00Z",
                "cron(0 9 ? * MON-FRI *)       | Europe/Madrid | 2026-03-30T07:00:00Z",
                "cron(15 10 * * ? *)           | UTC           | 2026-03-27T10:15:00Z",
                "cron(0 0 L * ? *)             | UTC           | 2026-03-31T00:00:00Z",
                "cron(0 8 1 * ? *)             | UTC           | 2026-04-01T08:00:00Z",
                "cron(0/10 * ? * 1 *)          | UTC           | 2026-03-29T00:00:00Z",
                "cron(0 12 ? * 6#1 2027)       | UTC           | 2027-01-01T12:00:00Z"
            })
    void nextTime(String expression, String zone, String expected) {
        assertEquals(
                Optional.of(Instant.parse(expected)),
                ScheduleExpression.parse(expression, ZoneId.of(zone)).next(START, START));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "tomorrow",
                "at(2026-03-28)",
                "rate(0 minutes)",
                "rate(5 weeks)",
                "rate(minutes)",
                "rate(10 seconds)",
                "cron(* * * * * *)",
                "cron(61 * ? * * *)"
            })
    void saysWhatItExpected(String expression) {
        var error = assertThrows(
                IllegalArgumentException.class, () -> ScheduleExpression.parse(expression, ZoneOffset.UTC));
        assertTrue(error.getMessage().startsWith("Expected "), error.getMessage());
    }
}
