package io.triggerflow.aws.handler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class VirtualForkTest {
    @Test
    void aTaskThatDiesIsNotTakenForDone() {
        AtomicInteger done = new AtomicInteger();
        List<Runnable> tasks = List.of(
                done::incrementAndGet,
                () -> {
                    throw new StackOverflowError("too deep");
                },
                done::incrementAndGet);
        IllegalStateException thrown = assertThrows(IllegalStateException.class, () -> new VirtualFork().all(tasks));
        assertInstanceOf(StackOverflowError.class, thrown.getCause());
        assertEquals(2, done.get());
    }
}
