package io.triggerflow.local.gateway;

import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What goes wrong on purpose, as {@code --faults} says it: {@code dup=0.05,drop-ack=0.05,seed=7}. Rates are from 0 to 1.
 *
 * @param dup messages delivered twice
 * @param dropAck deletions of handled messages that are lost
 * @param reorder messages overtaken by later ones
 * @param delay messages delivered late
 * @param delayTime how late; written {@code delay=0.1:5s}
 * @param throttle calls refused for their rate
 * @param crash functions that die while they run
 * @param conflict DynamoDB writes refused because of another transaction
 * @param seed what the random decisions begin with: the same seed gives the same decisions in the same order of calls
 */
public record FaultPlan(
        double dup,
        double dropAck,
        double reorder,
        double delay,
        Duration delayTime,
        double throttle,
        double crash,
        double conflict,
        long seed) {
    private static final List<String> RATES =
            List.of("dup", "drop-ack", "reorder", "delay", "throttle", "crash", "conflict");
    private static final Duration DEFAULT_DELAY = Duration.ofSeconds(2);
    /** SQS delays a message by at most 15 minutes. */
    private static final Duration LONGEST_DELAY = Duration.ofMinutes(15);

    /** Nothing goes wrong. */
    public static FaultPlan none() {
        return new FaultPlan(0, 0, 0, 0, DEFAULT_DELAY, 0, 0, 0, 0);
    }

    /**
     * Reads a plan; the empty text is none.
     *
     * @throws IllegalArgumentException saying what was expected and where
     */
    public static FaultPlan parse(String text) {
        Map<String, Double> rates = new LinkedHashMap<>();
        Duration delayTime = DEFAULT_DELAY;
        long seed = 0;
        for (String part : Arrays.stream(text.split(","))
                .map(String::strip)
                .filter(p -> !p.isEmpty())
                .toList()) {
            String[] pair = part.split("=", 2);
            String name = pair[0].strip();
            if (pair.length < 2) {
                throw new IllegalArgumentException("Expected name=value in --faults, but got '" + part + "'");
            }
            String value = pair[1].strip();
            if (name.equals("seed")) {
                seed = seed(value);
            } else if (RATES.contains(name)) {
                if (name.equals("delay") && value.contains(":")) {
                    delayTime = delay(value.substring(value.indexOf(':') + 1));
                    value = value.substring(0, value.indexOf(':'));
                }
                rates.put(name, rate(name, value));
            } else {
                throw new IllegalArgumentException(
                        "Expected one of " + String.join(", ", RATES) + ", seed in --faults, but got '" + name + "'");
            }
        }
        return new FaultPlan(
                of(rates, "dup"),
                of(rates, "drop-ack"),
                of(rates, "reorder"),
                of(rates, "delay"),
                delayTime,
                of(rates, "throttle"),
                of(rates, "crash"),
                of(rates, "conflict"),
                seed);
    }

    private static double of(Map<String, Double> rates, String name) {
        return rates.getOrDefault(name, 0.0);
    }

    private static double rate(String name, String value) {
        try {
            double rate = Double.parseDouble(value);
            if (rate >= 0 && rate <= 1) {
                return rate;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "Expected a rate from 0 to 1 for " + name + " in --faults, but got '" + value + "'", e);
        }
        throw new IllegalArgumentException(
                "Expected a rate from 0 to 1 for " + name + " in --faults, but got '" + value + "'");
    }

    private static long seed(String value) {
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "Expected a whole number for seed in --faults, but got '" + value + "'", e);
        }
    }

    private static Duration delay(String value) {
        String digits = value.endsWith("s") ? value.substring(0, value.length() - 1) : value;
        if (!digits.matches("\\d{1,4}") || Integer.parseInt(digits) > LONGEST_DELAY.toSeconds()) {
            throw new IllegalArgumentException("Expected delay=RATE:SECONDS with 0 to " + LONGEST_DELAY.toSeconds()
                    + " seconds in --faults, but got '" + value + "'");
        }
        return Duration.ofSeconds(Integer.parseInt(digits));
    }

    /** Whether queues are disturbed at the gateway. */
    public boolean disturbsQueues() {
        return dup > 0 || dropAck > 0 || reorder > 0 || delay > 0 || throttle > 0;
    }

    /** Whether tables are disturbed at the gateway. */
    public boolean disturbsTables() {
        return throttle > 0 || conflict > 0;
    }
}
