package io.triggerflow.asl.data;

import com.dashjoin.jsonata.Jsonata;
import com.dashjoin.jsonata.Utils;
import io.triggerflow.core.expression.Regexes;
import java.time.Instant;
import java.util.List;

/** The functions that Step Functions adds to JSONata, and those of JSONata that would read a clock, draw, or run for ever. */
final class JsonataFunctions {
    private JsonataFunctions() {}

    static void bind(Jsonata.Frame frame, String source, Instant now, Chance chance) {
        frame.bind("partition", Jsonata.function("partition", JsonataFunctions::partition, "<an:a>"));
        frame.bind("range", Jsonata.function("range", JsonataFunctions::range, "<nnn:a>"));
        frame.bind("hash", Jsonata.function("hash", JsonataFunctions::hash, "<ss?:s>"));
        frame.bind("parse", Jsonata.function("parse", JsonataFunctions::parse, "<s:x>"));
        frame.bind("uuid", Jsonata.function("uuid", chance::uuid, "<:s>"));
        frame.bind(
                "random",
                Jsonata.function(
                        "random",
                        (Number seed) -> (seed == null ? chance : new Chance(seed.longValue())).nextDouble(),
                        "<n?:n>"));
        frame.bind(
                "now", Jsonata.function("now", (String picture, String zone) -> now(now, picture, zone), "<s?s?:s>"));
        frame.bind("millis", Jsonata.function("millis", now::toEpochMilli, "<:n>"));
        frame.bind(
                "eval",
                Jsonata.function(
                        "eval",
                        (Object code, Object input) -> refuse("The function $eval is not supported"),
                        "<xx?:x>"));
        if (source.indexOf('/') >= 0) {
            // Only a literal makes a regular expression.
            Regexes.bind(frame);
        }
    }

    private static String now(Instant now, String picture, String zone) {
        return com.dashjoin.jsonata.Functions.dateTimeFromMillis(now.toEpochMilli(), picture, zone);
    }

    private static Object partition(List<Object> array, Number size) {
        try {
            return array == null ? null : Intrinsics.partition(array, Numbers.round(size));
        } catch (Intrinsics.Refused e) {
            return refuse(e.getMessage());
        }
    }

    /** A sequence: one number alone is not an array, as everywhere in JSONata. */
    private static Object range(Number first, Number last, Number step) {
        try {
            List<Object> sequence = Utils.createSequence();
            sequence.addAll(Intrinsics.range(Numbers.round(first), Numbers.round(last), Numbers.round(step)));
            return sequence;
        } catch (Intrinsics.Refused e) {
            return refuse(e.getMessage());
        }
    }

    private static Object hash(String data, String algorithm) {
        try {
            return Intrinsics.hash(data, algorithm == null ? "SHA-1" : algorithm);
        } catch (Intrinsics.Refused e) {
            return refuse(e.getMessage());
        }
    }

    private static Object parse(String text) {
        try {
            return Values.in(Intrinsics.toJson(text));
        } catch (Intrinsics.Refused e) {
            return refuse(e.getMessage());
        }
    }

    private static Object refuse(String why) {
        throw new Refusal(why);
    }

    /** A function's own error, on its way through the library. */
    static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Refusal(String message) {
            super(message, null, false, false);
        }
    }
}
