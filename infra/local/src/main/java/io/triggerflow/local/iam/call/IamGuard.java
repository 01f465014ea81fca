package io.triggerflow.local.iam.call;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.triggerflow.local.gateway.Guard;
import io.triggerflow.local.iam.Access;
import io.triggerflow.local.iam.Iam;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Asks IAM about every call that a function makes: finds out what the call needs, and refuses what nobody knows. Thread-safe. */
public final class IamGuard implements Guard {
    private final Iam iam;
    private final Map<String, Reading> readings;

    /** Guards the services of one account and region. */
    public IamGuard(Iam iam, String region, String account) {
        this.iam = iam;
        var arns = new Arns(region, account);
        var others = new OtherCalls(arns);
        this.readings = Map.of(
                "dynamodb", new DynamoDbCalls(arns),
                "sqs", new SqsCalls(arns),
                "s3", new S3Calls(),
                "lambda", new LambdaCalls(arns),
                "events", new EventsCalls(arns),
                "scheduler", new SchedulerCalls(arns),
                "ssm", others::parameters,
                "cloudformation", others::stacks,
                "sts", others::identity,
                "iam", others::roles);
    }

    @Override
    public boolean watches(String accessKey) {
        return iam.isHeldToRole(accessKey);
    }

    @Override
    public Verdict judge(Call call) throws IOException {
        try {
            Reading reading = readings.get(call.service());
            if (reading == null) {
                throw new UnknownCallException(call.service() + ": " + call.method() + " " + Arns.path(call.target()));
            }
            List<Access> accesses = reading.of(call);
            Optional<String> refusal = iam.refusal(call.accessKey(), accesses);
            return new Verdict(refusal, refusal.isEmpty() && hidesAbsence(call.accessKey(), accesses));
        } catch (UnknownCallException e) {
            return new Verdict(Optional.of(iam.unknown(call.accessKey(), e.getMessage())), false);
        } catch (JsonProcessingException e) {
            return new Verdict(
                    Optional.of(iam.unknown(call.accessKey(), call.service() + ": a request that is not JSON")), false);
        }
    }

    private boolean hidesAbsence(String accessKey, List<Access> accesses) {
        return accesses.size() == 1
                && accesses.getFirst().action().equals("s3:GetObject")
                && !iam.allows(accessKey, S3Calls.listing(accesses.getFirst()));
    }
}
