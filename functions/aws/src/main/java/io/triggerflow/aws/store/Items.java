package io.triggerflow.aws.store;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Attribute values and items. */
final class Items {
    private Items() {}

    static AttributeValue text(String text) {
        return AttributeValue.fromS(text);
    }

    static AttributeValue number(long number) {
        return AttributeValue.fromN(Long.toString(number));
    }

    /** An item of a key, to be filled. */
    static Map<String, AttributeValue> of(Keys.Key key) {
        Map<String, AttributeValue> item = new HashMap<>();
        item.put(Keys.PARTITION, text(key.p()));
        item.put(Keys.SORT, text(key.s()));
        return item;
    }

    static Optional<String> text(Map<String, AttributeValue> item, String name) {
        return Optional.ofNullable(item.get(name)).map(AttributeValue::s);
    }

    static long number(Map<String, AttributeValue> item, String name) {
        AttributeValue value = item.get(name);
        return value == null || value.n() == null ? 0 : Long.parseLong(value.n());
    }

    /** Whether an item is to be treated as gone: DynamoDB deletes days after the time. */
    static boolean isExpired(Map<String, AttributeValue> item, Instant now) {
        return item.containsKey(Keys.EXPIRES) && number(item, Keys.EXPIRES) < now.getEpochSecond();
    }

    static Keys.Key key(Map<String, AttributeValue> item) {
        return new Keys.Key(item.get(Keys.PARTITION).s(), item.get(Keys.SORT).s());
    }
}
