package io.triggerflow.tests.architecture.bad.one;

import io.triggerflow.tests.architecture.bad.two.Worse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.time.Instant;
import java.util.Random;

/** Breaks every wall, so that it is seen that each of them stands. */
public final class Bad {
    /** Reads the clock, draws lots, makes objects from bytes, and knows its own caller. */
    public Object everythingWrong(byte[] data) throws IOException, ClassNotFoundException {
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(data))) {
            return Instant.now() + " " + new Random().nextInt() + in.readObject() + new Worse();
        }
    }
}
