package io.triggerflow.asl.model;

import java.util.List;

/** What a rule of a JSONPath Choice asks. */
public sealed interface Test {
    record And(List<Test> all) implements Test {
        public And {
            all = List.copyOf(all);
        }
    }

    record Or(List<Test> any) implements Test {
        public Or {
            any = List.copyOf(any);
        }
    }

    record Not(Test negated) implements Test {}

    /**
     * One of the 39 data tests.
     *
     * @param variable the path of the tested value
     * @param operator without "Path"
     * @param operand a value, or a path to it
     */
    record Comparison(String variable, Operator operator, Object operand, boolean byPath) implements Test {}
}
