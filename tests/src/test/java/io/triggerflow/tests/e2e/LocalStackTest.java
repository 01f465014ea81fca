package io.triggerflow.tests.e2e;

import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** {@link EndToEndSuite} on LocalStack, where a Docker engine answers; {@code -Dlocalstack=false} leaves it out. */
@ExtendWith(LocalStackTest.WhereItRuns.class)
class LocalStackTest extends EndToEndSuite {
    @Override
    Backend open() {
        return new LocalStackBackend();
    }

    /** Skips the class, aloud, where there is no LocalStack to be had. */
    static final class WhereItRuns implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            if (context.getTestMethod().isPresent()) {
                return ConditionEvaluationResult.enabled("as its class");
            }
            Optional<String> missing = LocalStackBackend.missing();
            missing.ifPresent(why -> System.out.println("end to end on LocalStack: SKIPPED. " + why));
            return result(missing);
        }

        static ConditionEvaluationResult result(Optional<String> missing) {
            return missing.map(ConditionEvaluationResult::disabled)
                    .orElseGet(() -> ConditionEvaluationResult.enabled("a Docker engine answers"));
        }
    }
}
