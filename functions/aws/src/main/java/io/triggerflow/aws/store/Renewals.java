package io.triggerflow.aws.store;

import io.triggerflow.core.model.Scope;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Gives what a long run has a new time to live, long before the old one is over. Most runs end before that, and cost nothing.
 *
 * <p>Called whenever a run is checked. It may be stopped at any time: what was renewed is passed over by the next call, and the run's root
 * says that it is done only when it is.
 */
final class Renewals {
    /** Half of {@link StoreSettings#REDELIVERY}: a sweeper that is late by the other half, and a history, has lost nothing. */
    static final Duration INTERVAL = Duration.ofDays(7);

    static final Duration AT_MOST_EVERY = Duration.ofDays(1);

    /** Items a call: a check of one run may not take the time of all others. The next check goes on with the rest. */
    private static final int MAX_ITEMS = 500;

    /** The bucket keeps payloads for 430 days; each is put anew at every renewal from here on. */
    private static final Duration RENEWS_BLOBS = Duration.ofDays(300);

    private final Table table;
    private final Bodies bodies;
    private final Lifetimes lifetimes;
    private final InstantSource clock;

    Renewals(Table table, Bodies bodies, Lifetimes lifetimes, InstantSource clock) {
        this.table = table;
        this.bodies = bodies;
        this.lifetimes = lifetimes;
        this.clock = clock;
    }

    /**
     * @param root of an unfinished run, as it was just read
     * @return whether nothing is left to renew now
     */
    boolean renewIfDue(Scope run, Map<String, AttributeValue> root) {
        Instant now = clock.instant();
        if (Items.number(root, Keys.RENEWAL) > now.getEpochSecond()) {
            return true;
        }
        boolean withBlobs = Keys.startOf(root).plus(RENEWS_BLOBS).isBefore(now);
        if (withBlobs) {
            bodies.renew(root);
        }
        waits(run, root);
        boolean isDone = items(run, withBlobs);
        if (isDone) {
            table.update(Keys.root(run), u -> u.updateExpression(Conditions.SET_RENEWAL)
                    .conditionExpression(Conditions.UNFINISHED)
                    .expressionAttributeValues(Map.of(":e", lifetimes.renewal())));
        }
        return isDone;
    }

    /** At most 20 a workflow, and those of dynamic triggers. */
    private void waits(Scope run, Map<String, AttributeValue> root) {
        if (root.containsKey(Keys.WAITS)) {
            List<Keys.Key> keys = root.get(Keys.WAITS).ss().stream()
                    .map(p -> new Keys.Key(p, Keys.waiter(run)))
                    .toList();
            table.get(keys).stream().filter(lifetimes::isToBeRenewed).forEach(this::renew);
        }
    }

    /** Answers whether all are renewed. */
    private boolean items(Scope run, boolean withBlobs) {
        Iterator<Map<String, AttributeValue>> items = table.all(Keys.partition(run), "")
                .filter(i -> !i.get(Keys.SORT).s().equals(Keys.ROOT))
                .filter(lifetimes::isToBeRenewed)
                .iterator();
        int renewed = 0;
        for (; items.hasNext() && renewed < MAX_ITEMS; renewed++) {
            Map<String, AttributeValue> item = items.next();
            if (withBlobs) {
                bodies.renew(item);
            }
            renew(item);
        }
        return renewed < MAX_ITEMS;
    }

    /** It may be changed or removed meanwhile: only its time is written, and only if it is still there. */
    private void renew(Map<String, AttributeValue> item) {
        table.update(Items.key(item), u -> u.updateExpression(Conditions.SET_EXPIRY)
                .conditionExpression(Conditions.PRESENT)
                .expressionAttributeValues(Map.of(":x", lifetimes.renewed())));
    }
}
