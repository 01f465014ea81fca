package io.triggerflow.tests.sim;

import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.Launch;
import io.triggerflow.core.port.EventSink;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** A queue that delivers at least once, in any order, after a delay, and again when it hears nothing; and other destinations, which only keep. */
final class SimQueue implements EventSink {
    static final Duration VISIBILITY = Duration.ofSeconds(30);
    /** More than faults can use up: what comes here is poison. */
    private static final int MAX_RECEIVES = 60;

    /** A message. */
    static final class Message {
        final String id;
        final Event event;
        Instant visible;
        int receives;

        Message(String id, Event event, Instant visible) {
            this.id = id;
            this.event = event;
            this.visible = visible;
        }
    }

    /** By identity; removed from its middle all the time. */
    final Set<Message> messages = new LinkedHashSet<>();

    final List<Message> dead = new ArrayList<>();
    final List<Outgoing> elsewhere = new ArrayList<>();
    private final Faults faults;
    private final SplittableRandom random;
    private final Sim sim;
    private int count;

    SimQueue(Sim sim, Faults faults, SplittableRandom random) {
        this.sim = sim;
        this.faults = faults;
        this.random = random;
    }

    @Override
    public void send(List<Outgoing> events) {
        for (Outgoing one : events) {
            if (one.destination() instanceof Launch.Destination.Engine) {
                put(one.event(), sim.now().plus(one.delay()));
            } else {
                refuse(one);
                elsewhere.add(one);
            }
        }
    }

    private static void refuse(Outgoing one) {
        boolean refused = one.destination() instanceof Launch.Destination.Queue q
                && q.url().equals("refused");
        if (refused) {
            throw new RefusedException("Expected a queue that exists, but got 'refused'");
        }
    }

    @Override
    public void sendAt(Event event, Instant due, Instant now) {
        put(event, due);
    }

    /** Adds a message, now and then as two. */
    void put(Event event, Instant visible) {
        messages.add(new Message("m" + count++, event, visible));
        if (sim.chance(faults.duplicate())) {
            messages.add(new Message("m" + count++, event, visible.plusMillis(random.nextInt(3) * 1_000L)));
        }
    }

    Stream<Message> visible() {
        return messages.stream().filter(m -> !m.visible.isAfter(sim.now()));
    }

    Optional<Instant> next() {
        return messages.stream()
                .map(m -> m.visible)
                .filter(v -> v.isAfter(sim.now()))
                .min(Instant::compareTo);
    }

    /** A batch; those of it that are not deleted become visible again. */
    List<Message> receive() {
        List<Message> visible = new ArrayList<>(visible().toList());
        int most = Math.min(visible.size(), faults.batch() == 1 ? 1 : 1 + random.nextInt(faults.batch()));
        List<Message> batch = new ArrayList<>();
        for (int i = 0; i < most; i++) {
            if (faults.shuffle()) {
                Collections.swap(visible, i, i + random.nextInt(visible.size() - i));
            }
            Message message = visible.get(i);
            message.receives++;
            if (message.receives > MAX_RECEIVES) {
                messages.remove(message);
                dead.add(message);
            } else {
                message.visible =
                        sim.chance(faults.expire()) ? sim.now() : sim.now().plus(VISIBILITY);
                batch.add(message);
            }
        }
        return batch;
    }

    /** Deletes a message by the receipt of one of its receptions; only the latest receipt counts, as the queue's own documentation warns. */
    void delete(Message message, int receipt) {
        if (message.receives == receipt) {
            messages.remove(message);
        }
    }
}
