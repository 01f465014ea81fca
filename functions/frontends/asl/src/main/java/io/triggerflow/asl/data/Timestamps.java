package io.triggerflow.asl.data;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** Timestamps of the language: RFC 3339 with an upper-case T and an offset or an upper-case Z. */
public final class Timestamps {
    private Timestamps() {}

    public static Optional<Instant> parse(Object value) {
        if (!(value instanceof String text) || text.indexOf('t') >= 0 || text.indexOf('z') >= 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(OffsetDateTime.parse(text, DateTimeFormatter.ISO_OFFSET_DATE_TIME)
                    .toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
