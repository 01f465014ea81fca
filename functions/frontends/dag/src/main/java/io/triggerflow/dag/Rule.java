package io.triggerflow.dag;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The trigger rules of Airflow: what the outcomes of a task's direct upstreams mean for it. Each is a function of how many succeeded, failed
 * (upstream_failed among them) and were skipped, once all have ended; those that {@link #isEarly} run as soon as that much is known.
 */
enum Rule {
    ALL_SUCCESS("$f > 0 ? 'fail' : $k > 0 ? 'skip' : 'run'"),
    ALL_FAILED("$s + $k > 0 ? 'skip' : 'run'"),
    ALL_DONE("'run'"),
    /** A skipped upstream is not done, for this rule. */
    ALL_DONE_MIN_ONE_SUCCESS("$k > 0 ? 'skip' : $s = 0 ? 'fail' : 'run'"),
    /** Of teardowns: over the setups among the upstreams alone. */
    ALL_DONE_SETUP_SUCCESS("'run'"),
    ALL_SKIPPED("$s + $f > 0 ? 'skip' : 'run'"),
    ONE_FAILED("$f > 0 ? 'run' : 'skip'", "$failed > 0"),
    ONE_SUCCESS("$s > 0 ? 'run' : $f > 0 ? 'fail' : 'skip'", "$succeeded > 0"),
    /** An upstream that failed because of its own upstreams has not been done: see {@link #countsUpstreamFailedAsSkipped}. */
    ONE_DONE("$s + $f > 0 ? 'run' : 'skip'", "$succeeded + $failed > 0"),
    NONE_FAILED("$f > 0 ? 'fail' : 'run'"),
    NONE_FAILED_MIN_ONE_SUCCESS("$f > 0 ? 'fail' : $s = 0 ? 'skip' : 'run'"),
    NONE_SKIPPED("$k > 0 ? 'skip' : 'run'"),
    /** Does not wait for anything. */
    ALWAYS("'run'");

    private final String decision;
    private final Optional<String> early;

    Rule(String decision) {
        this.decision = decision;
        this.early = Optional.empty();
    }

    Rule(String decision, String early) {
        this.decision = decision;
        this.early = Optional.of(early);
    }

    /** A JSONata expression over $s, $f and $k that gives 'run', 'skip' or 'fail'. */
    String decision() {
        return decision;
    }

    /** Whether the task runs whatever its upstreams came to, once they have ended. */
    boolean isUnconditional() {
        return decision.equals("'run'") && this != ALL_DONE_SETUP_SUCCESS;
    }

    /** When a join over all upstreams may decide: a rule over its tallies. */
    String rule() {
        return early.map(e -> e + " or $arrived >= $size").orElse("$arrived >= $size");
    }

    /** Whether a task may run before all its upstreams have ended. */
    boolean isEarly() {
        return early.isPresent();
    }

    boolean countsUpstreamFailedAsSkipped() {
        return this == ONE_DONE;
    }

    /** What one upstream, that ended so, decides alone. */
    Decision ofOne(Outcome outcome) {
        return switch (this) {
            case ALL_SUCCESS, ALL_DONE_MIN_ONE_SUCCESS, ONE_SUCCESS, NONE_FAILED_MIN_ONE_SUCCESS ->
                switch (outcome) {
                    case SUCCEEDED -> Decision.RUN;
                    case FAILED -> Decision.FAIL;
                    case SKIPPED -> Decision.SKIP;
                };
            case ALL_FAILED, ONE_FAILED -> outcome == Outcome.FAILED ? Decision.RUN : Decision.SKIP;
            case ALL_SKIPPED -> outcome == Outcome.SKIPPED ? Decision.RUN : Decision.SKIP;
            case ONE_DONE, NONE_SKIPPED -> outcome == Outcome.SKIPPED ? Decision.SKIP : Decision.RUN;
            case NONE_FAILED -> outcome == Outcome.FAILED ? Decision.FAIL : Decision.RUN;
            case ALL_DONE, ALL_DONE_SETUP_SUCCESS, ALWAYS -> Decision.RUN;
        };
    }

    /** What is to become of a task. */
    enum Decision {
        RUN,
        SKIP,
        FAIL
    }

    /** How a task ended, as joins see it. */
    enum Outcome {
        SUCCEEDED(Names.SUCCEEDED),
        FAILED(Names.FAILED),
        SKIPPED(Names.SKIPPED);

        final String type;

        Outcome(String type) {
            this.type = type;
        }
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static List<String> words() {
        return Arrays.stream(values()).map(Rule::word).toList();
    }

    static Optional<Rule> of(String word) {
        return Arrays.stream(values()).filter(r -> r.word().equals(word)).findFirst();
    }
}
