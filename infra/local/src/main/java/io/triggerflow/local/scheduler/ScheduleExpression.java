package io.triggerflow.local.scheduler;

import com.cronutils.model.definition.CronConstraintsFactory;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** When a schedule fires: {@code at(...)}, {@code rate(...)} or {@code cron(...)} as EventBridge and its Scheduler write them. */
public sealed interface ScheduleExpression {

    /**
     * The first time at or after a moment.
     *
     * @param start where a rate begins to count
     * @param after the moment; a time equal to it counts
     * @return empty when no further time comes
     */
    Optional<Instant> next(Instant start, Instant after);

    /** Once. */
    record At(Instant time) implements ScheduleExpression {
        @Override
        public Optional<Instant> next(Instant start, Instant after) {
            return time.isBefore(after) ? Optional.empty() : Optional.of(time);
        }
    }

    /** Every so often, counted from the schedule's start. */
    record Rate(Duration period) implements ScheduleExpression {
        @Override
        public Optional<Instant> next(Instant start, Instant after) {
            long elapsed = Math.max(0, Duration.between(start, after).toMillis());
            long periods = Math.max(1, Math.ceilDiv(elapsed, period.toMillis()));
            return Optional.of(start.plusMillis(periods * period.toMillis()));
        }
    }

    /** By the calendar of a time zone. */
    record Cron(ExecutionTime times, ZoneId zone) implements ScheduleExpression {
        @Override
        public Optional<Instant> next(Instant start, Instant after) {
            return times.nextExecution(after.minusMillis(1).atZone(zone)).map(java.time.ZonedDateTime::toInstant);
        }
    }

    /**
     * Reads an expression.
     *
     * @throws IllegalArgumentException saying what was expected
     */
    static ScheduleExpression parse(String text, ZoneId zone) {
        Matcher matcher =
                Pattern.compile("\\s*(at|rate|cron)\\s*\\((.*)\\)\\s*").matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "Expected at(yyyy-mm-ddThh:mm:ss), rate(value unit) or cron(fields), but got: " + text);
        }
        String inner = matcher.group(2).strip();
        return switch (matcher.group(1)) {
            case "at" -> at(inner, zone);
            case "rate" -> rate(inner);
            default -> cron(inner, zone);
        };
    }

    private static At at(String text, ZoneId zone) {
        try {
            return new At(LocalDateTime.parse(text).atZone(zone).toInstant());
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("Expected at(yyyy-mm-ddThh:mm:ss), but got: at(" + text + ")", e);
        }
    }

    private static Rate rate(String text) {
        Matcher matcher =
                Pattern.compile("(\\d+)\\s+(second|minute|hour|day)s?").matcher(text);
        if (!matcher.matches() || Long.parseLong(matcher.group(1)) == 0) {
            throw new IllegalArgumentException(
                    "Expected rate(value minute|minutes|hour|hours|day|days) with a positive value, but got: rate("
                            + text + ")");
        }
        long value = Long.parseLong(matcher.group(1));
        return new Rate(
                switch (matcher.group(2)) {
                    case "minute" -> Duration.ofMinutes(value);
                    case "hour" -> Duration.ofHours(value);
                    case "day" -> Duration.ofDays(value);
                    default ->
                        throw new IllegalArgumentException(
                                "Expected minutes, hours or days as AWS does, but got: rate(" + text + ")");
                });
    }

    private static Cron cron(String text, ZoneId zone) {
        var definition = CronDefinitionBuilder.defineCron()
                .withMinutes()
                .withStrictRange()
                .and()
                .withHours()
                .withStrictRange()
                .and()
                .withDayOfMonth()
                .supportsL()
                .supportsW()
                .supportsLW()
                .supportsQuestionMark()
                .and()
                .withMonth()
                .and()
                .withDayOfWeek()
                .withValidRange(1, 7)
                .withMondayDoWValue(2)
                .supportsHash()
                .supportsL()
                .supportsQuestionMark()
                .and()
                .withYear()
                .withValidRange(1970, 2199)
                .and()
                .withCronValidation(CronConstraintsFactory.ensureEitherDayOfWeekOrDayOfMonth())
                .instance();
        try {
            return new Cron(ExecutionTime.forCron(new CronParser(definition).parse(text)), zone);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "Expected cron(minutes hours day-of-month month day-of-week year) with ? for one of the days, but got: cron("
                            + text + "): " + e.getMessage(),
                    e);
        }
    }
}
