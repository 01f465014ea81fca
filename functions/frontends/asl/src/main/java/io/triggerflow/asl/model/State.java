package io.triggerflow.asl.model;

import java.util.List;

/** A state, checked and complete: defaults are filled in. */
public sealed interface State {
    Common common();

    /** The value of the field Type. */
    String type();

    default String name() {
        return common().name();
    }

    /** A state that calls something or runs branches: it may fail, be retried, and has a result. */
    sealed interface Working extends State {
        Handlers handlers();

        /** JSONPath's Parameters or JSONata's Arguments; null: the input as it is. */
        Template arguments();

        /** Null: the result as it is. */
        Template resultSelector();

        /** Where the result is put into the input; null discards it. */
        String resultPath();
    }

    /**
     * @param timeout null without
     * @param heartbeat null without
     * @param credentials null without
     */
    record Task(
            Common common,
            Handlers handlers,
            Resource resource,
            Template arguments,
            Template resultSelector,
            String resultPath,
            Quantity timeout,
            Quantity heartbeat,
            Template credentials)
            implements Working {
        @Override
        public String type() {
            return "Task";
        }
    }

    /** @param result literal output; null without one (see {@code hasResult}) */
    record Pass(Common common, Template arguments, boolean hasResult, Object result, String resultPath)
            implements State {
        @Override
        public String type() {
            return "Pass";
        }
    }

    /** @param otherwise the default, null without one */
    record Choice(Common common, List<Rule> rules, String otherwise) implements State {
        public Choice {
            rules = List.copyOf(rules);
        }

        @Override
        public String type() {
            return "Choice";
        }
    }

    /**
     * @param test of a JSONPath state, otherwise null
     * @param condition JSONata without its <code>{% %}</code>, or a literal boolean, otherwise null
     */
    record Rule(Test test, Object condition, String next, Template assign, Template output) {}

    record Wait(Common common, Until until) implements State {
        @Override
        public String type() {
            return "Wait";
        }
    }

    /** What a Wait waits for. */
    sealed interface Until {
        record Seconds(Quantity quantity) implements Until {}

        /** @param value a timestamp, a path to one, or JSONata without its <code>{% %}</code> */
        record Timestamp(String value, Source source) implements Until {}
    }

    /** Where a text comes from. */
    enum Source {
        LITERAL,
        PATH,
        EXPRESSION
    }

    record Succeed(Common common) implements State {
        @Override
        public String type() {
            return "Succeed";
        }
    }

    /** Each of error and cause is null, literal, found by a path or intrinsic function, or JSONata. */
    record Fail(Common common, Said error, Said cause) implements State {
        @Override
        public String type() {
            return "Fail";
        }
    }

    record Said(String field, String value, Source source) {}

    record Parallel(
            Common common,
            Handlers handlers,
            List<Branch> branches,
            Template arguments,
            Template resultSelector,
            String resultPath)
            implements Working {
        public Parallel {
            branches = List.copyOf(branches);
        }

        @Override
        public String type() {
            return "Parallel";
        }
    }

    /**
     * @param arguments always null: a Map has items instead
     * @param iteration what the items are and how they are given to the processor
     */
    record Map(
            Common common,
            Handlers handlers,
            Branch processor,
            Iteration iteration,
            Template arguments,
            Template resultSelector,
            String resultPath)
            implements Working {
        @Override
        public String type() {
            return "Map";
        }
    }
}
