package io.triggerflow.aws.launch;

import io.triggerflow.core.model.Event;
import io.triggerflow.core.port.EventSink;
import io.triggerflow.core.port.StoreException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResultEntry;

/** Puts events on buses, ten a request; the whole CloudEvent is the detail. Thread-safe. */
final class BusSender {
    private static final int MAX_ENTRIES = 10;
    /** What AWS's older pages say of a request, which holds everywhere. */
    private static final int MAX_BYTES = 256 * 1024;

    private static final int TRIES = 4;
    private static final int CLIENT_ERROR = 400;

    private final EventBridgeClient client;

    BusSender(EventBridgeClient client) {
        this.client = client;
    }

    /** An event with its text. */
    record Entry(Event event, String detail) {}

    void send(String bus, List<Entry> entries) {
        List<PutEventsRequestEntry> batch = new ArrayList<>();
        int bytes = 0;
        for (Entry entry : entries) {
            int size = entry.detail().getBytes(StandardCharsets.UTF_8).length
                    + entry.event().source().length()
                    + entry.event().type().length()
                    + 64;
            if (!batch.isEmpty() && (batch.size() == MAX_ENTRIES || bytes + size > MAX_BYTES)) {
                sendBatch(bus, batch);
                batch = new ArrayList<>();
                bytes = 0;
            }
            batch.add(PutEventsRequestEntry.builder()
                    .eventBusName(bus)
                    .source(entry.event().source())
                    .detailType(entry.event().type())
                    .detail(entry.detail())
                    .time(entry.event().time())
                    .build());
            bytes += size;
        }
        if (!batch.isEmpty()) {
            sendBatch(bus, batch);
        }
    }

    private void sendBatch(String bus, List<PutEventsRequestEntry> batch) {
        List<PutEventsRequestEntry> left = batch;
        for (int tried = 0; !left.isEmpty(); tried++) {
            if (tried == TRIES) {
                throw new StoreException(
                        "Expected bus " + bus + " to take " + batch.size() + " events, but it kept refusing "
                                + left.size(),
                        null);
            }
            left = failed(bus, left);
        }
    }

    private List<PutEventsRequestEntry> failed(String bus, List<PutEventsRequestEntry> entries) {
        List<PutEventsRequestEntry> failed = new ArrayList<>();
        List<PutEventsResultEntry> results = request(bus, entries);
        for (int i = 0; i < results.size(); i++) {
            String code = results.get(i).errorCode();
            if (code == null) {
                continue;
            }
            if (!code.contains("Throttl") && !code.contains("Internal")) {
                throw new EventSink.RefusedException("Expected bus " + bus + " to take an event, but: " + code + " "
                        + results.get(i).errorMessage());
            }
            failed.add(entries.get(i));
        }
        return failed;
    }

    private List<PutEventsResultEntry> request(String bus, List<PutEventsRequestEntry> entries) {
        try {
            return client.putEvents(r -> r.entries(entries)).entries();
        } catch (AwsServiceException e) {
            if (e.statusCode() / 100 * 100 == CLIENT_ERROR && !e.isThrottlingException()) {
                throw new EventSink.RefusedException("Expected bus " + bus + " to take events, but: " + e.getMessage());
            }
            throw new StoreException("Expected bus " + bus + " to take events, but: " + e.getMessage(), e);
        } catch (SdkException e) {
            throw new StoreException("Expected bus " + bus + " to answer, but: " + e.getMessage(), e);
        }
    }
}
