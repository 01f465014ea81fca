package io.triggerflow.aws.store;

import io.triggerflow.core.model.Entry;
import io.triggerflow.core.model.Launch;
import io.triggerflow.core.model.Scope;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * How long items live. They get their time when they are written: to set it when the run ends would cost another write an item.
 *
 * <p>An entry is needed while its event may be redelivered (SQS: 14 days) and its launches may end. A child run or a timer may take as long
 * as a run, so entries that ask for one live as long as states, claims, timers and members. What belongs to a workspace itself stays.
 */
final class Lifetimes {
    private final StoreSettings settings;
    private final InstantSource clock;

    Lifetimes(StoreSettings settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
    }

    AttributeValue now() {
        return Items.number(clock.instant().getEpochSecond());
    }

    Map<String, AttributeValue> nowValue() {
        return Map.of(":now", now());
    }

    boolean isExpired(Map<String, AttributeValue> item) {
        return Items.isExpired(item, clock.instant());
    }

    void entry(Map<String, AttributeValue> item, Entry entry) {
        boolean isLong = entry.outbox().stream().anyMatch(this::mayTakeLong);
        put(item, isLong ? settings.longest() : settings.history());
    }

    private boolean mayTakeLong(Launch launch) {
        return switch (launch) {
            case Launch.Start s -> true;
            case Launch.At a -> true;
            case Launch.Invoke i -> exceedsHistory(i.options().timeout());
            case Launch.FanOut f -> exceedsHistory(f.options().timeout());
            case Launch.Emit e -> false;
            case Launch.Forward f -> false;
        };
    }

    /** With a margin for retries and redelivery. */
    private boolean exceedsHistory(Optional<Duration> timeout) {
        return timeout.filter(t -> t.multipliedBy(2).compareTo(settings.history()) > 0)
                .isPresent();
    }

    /** For what decisions of a run need until it ends. */
    void state(Map<String, AttributeValue> item, Scope scope) {
        if (scope.isRun()) {
            put(item, settings.longest());
        }
    }

    void receipt(Map<String, AttributeValue> item) {
        put(item, StoreSettings.RECEIPTS);
    }

    /** When the root of a run that ends now expires. */
    AttributeValue ended() {
        return after(settings.history());
    }

    private void put(Map<String, AttributeValue> item, Duration lifetime) {
        item.put(Keys.EXPIRES, after(lifetime));
    }

    private AttributeValue after(Duration lifetime) {
        return Items.number(clock.instant().plus(lifetime).getEpochSecond());
    }
}
