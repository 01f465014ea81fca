package io.triggerflow.local.lambda;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;

/** The last lines of one function, and the tail of each invocation that asked for it. Thread-safe. */
final class FunctionLog {

    private static final int KEPT_LINES = 1000;
    /** Invoke's LogType Tail returns the last 4 KB. */
    private static final int TAIL_CHARS = 4096;

    private final String function;
    private final LogSink sink;
    private final ArrayDeque<String> lines = new ArrayDeque<>();
    /** Lines written by the thread of an environment belong to the invocation it is running. */
    private final ThreadLocal<StringBuilder> tail = new ThreadLocal<>();

    FunctionLog(String function, LogSink sink) {
        this.function = function;
        this.sink = sink;
    }

    void line(String line) {
        StringBuilder current = tail.get();
        if (current != null) {
            append(current, line);
        }
        synchronized (lines) {
            lines.addLast(line);
            if (lines.size() > KEPT_LINES) {
                lines.removeFirst();
            }
        }
        sink.line(function, line);
    }

    static void append(StringBuilder tail, String line) {
        synchronized (tail) {
            tail.append(line).append('\n');
            if (tail.length() > 2 * TAIL_CHARS) {
                tail.delete(0, tail.length() - TAIL_CHARS);
            }
        }
    }

    void beginTail(StringBuilder into) {
        tail.set(into);
    }

    void endTail() {
        tail.remove();
    }

    List<String> lines() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }

    /** A print stream whose lines come here; a part of a line waits for its end or a flush that println does. */
    PrintStream stream() {
        return new PrintStream(new LineStream(), false, StandardCharsets.UTF_8);
    }

    private final class LineStream extends OutputStream {
        private final ThreadLocal<ByteArrayOutputStream> pending = ThreadLocal.withInitial(ByteArrayOutputStream::new);

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            ByteArrayOutputStream buffer = pending.get();
            for (int i = offset; i < offset + length; i++) {
                if (bytes[i] == '\n') {
                    line(buffer.toString(StandardCharsets.UTF_8));
                    buffer.reset();
                } else if (bytes[i] != '\r') {
                    buffer.write(bytes[i]);
                }
            }
        }
    }
}
