package io.triggerflow.tests.e2e;

import org.junit.jupiter.api.Tag;

/** {@link EndToEndSuite} on a stack that is deployed on AWS, when asked for: {@code mvn verify -Paws -Dstack=NAME [-Dregion=REGION]}. */
@Tag("aws")
class DeployedTest extends EndToEndSuite {
    @Override
    Backend open() {
        return DeployedBackend.named(System.getProperty("stack", ""), System.getProperty("region", ""));
    }
}
