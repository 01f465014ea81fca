package io.triggerflow.aws.store;

import io.triggerflow.core.model.Entry;
import io.triggerflow.core.model.Launch;
import io.triggerflow.core.model.RetryPolicy;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.TriggerState;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * How long items live. They get their time when they are written: to set it when a run ends would cost another write an item.
 *
 * <p>All that a run has, but its root, lives for a history and {@link StoreSettings#REDELIVERY}, and {@link Renewals} gives it the same
 * again as long as the run is unfinished. So nothing of an unfinished run expires, whatever its length, and what a finished one leaves
 * lives as long as its history is kept, or up to two weeks longer. Items of one run must not live differently: a launch without its
 * end, or the reverse, would be taken for something that never happened.
 *
 * <p>What a workspace itself has is not renewed. Its entries live as long as their launches may take, held events and parked messages as
 * long as a history; its triggers with their states and claims stay. States of keys live as long as they can mean something, and those of
 * joins as long as any entry since they were last written: a key that is forgotten begins anew, and its firings must not have the names of
 * entries that are still there.
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

    void entry(Map<String, AttributeValue> item, Scope scope, Entry entry) {
        boolean isLong = entry.outbox().stream().anyMatch(this::mayTakeLong);
        put(item, scope.isRun() ? ofRun() : isLong ? settings.longest() : settings.history());
    }

    private boolean mayTakeLong(Launch launch) {
        return switch (launch) {
            case Launch.Start s -> true;
            case Launch.At a -> true;
            case Launch.Invoke i -> mayTakeLong(i.options());
            case Launch.FanOut f -> mayTakeLong(f.options());
            case Launch.Emit e -> false;
            case Launch.Forward f -> false;
        };
    }

    /** With a margin for redelivery. */
    private boolean mayTakeLong(Launch.Invocation options) {
        RetryPolicy retry = options.retry();
        Duration waits = retry.maxDelay().multipliedBy(retry.maxAttempts() - 1L);
        Duration launches = options.timeout().orElse(Duration.ZERO).multipliedBy(retry.maxAttempts());
        return waits.plus(launches).multipliedBy(2).compareTo(settings.history()) > 0;
    }

    /** For what decisions need: of a run until it ends, of a workspace for ever. */
    void state(Map<String, AttributeValue> item, Scope scope) {
        if (scope.isRun()) {
            put(item, ofRun());
        }
    }

    /**
     * For what is kept of a trigger, or of one of its keys. What has a time of its own in a run is not renewed with the run, unless it lives
     * longer than what the run has: then it ends with that.
     */
    void state(Map<String, AttributeValue> item, Scope scope, TriggerState.Keep keep) {
        switch (keep) {
            case TriggerState.Keep.Always a -> state(item, scope);
            case TriggerState.Keep.WhileUsed w -> put(item, scope.isRun() ? ofRun() : settings.longest());
            case TriggerState.Keep.Until u -> {
                boolean isLonger =
                        scope.isRun() && u.instant().isAfter(clock.instant().plus(ofRun()));
                if (isLonger) {
                    put(item, ofRun());
                } else {
                    item.put(Keys.EXPIRES, at(u.instant()));
                }
                if (scope.isRun() && !isLonger) {
                    item.put(Keys.OWN_TIME, Items.number(1));
                }
            }
        }
    }

    /** The timer of a workspace is needed until it has fired, however late the event of that comes. */
    void timer(Map<String, AttributeValue> item, Scope scope, Instant due) {
        if (scope.isRun()) {
            put(item, ofRun());
        } else {
            Instant now = clock.instant();
            item.put(Keys.EXPIRES, at((due.isAfter(now) ? due : now).plus(ofRun())));
        }
    }

    /** Of a workspace too: nobody may ever want it. */
    void held(Map<String, AttributeValue> item, Scope scope) {
        put(item, scope.isRun() ? ofRun() : settings.history());
    }

    void parked(Map<String, AttributeValue> item) {
        put(item, settings.history());
    }

    void receipt(Map<String, AttributeValue> item) {
        put(item, StoreSettings.REDELIVERY);
    }

    /** When the root of a run that ends now expires. */
    AttributeValue ended() {
        return at(clock.instant().plus(settings.history()));
    }

    /** When what an unfinished run has is to be renewed, if it was written, or renewed, now. */
    AttributeValue renewal() {
        return at(clock.instant().plus(Renewals.INTERVAL));
    }

    /** Whether an item of an unfinished run has less than its full time, by more than a day. */
    boolean isToBeRenewed(Map<String, AttributeValue> item) {
        if (item.containsKey(Keys.OWN_TIME)) {
            return false;
        }
        Instant full = clock.instant().plus(ofRun());
        return Items.number(item, Keys.EXPIRES)
                < full.minus(Renewals.AT_MOST_EVERY).getEpochSecond();
    }

    /** When what is renewed now expires. */
    AttributeValue renewed() {
        return at(clock.instant().plus(ofRun()));
    }

    private Duration ofRun() {
        return settings.history().plus(StoreSettings.REDELIVERY);
    }

    private void put(Map<String, AttributeValue> item, Duration lifetime) {
        item.put(Keys.EXPIRES, at(clock.instant().plus(lifetime)));
    }

    private static AttributeValue at(Instant time) {
        return Items.number(time.getEpochSecond());
    }
}
