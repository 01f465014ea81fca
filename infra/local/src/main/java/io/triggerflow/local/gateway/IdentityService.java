package io.triggerflow.local.gateway;

import com.sun.net.httpserver.HttpExchange;
import io.triggerflow.local.AwsService;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Function;

/** The part of STS that tools ask first: who am I. */
public final class IdentityService implements AwsService {
    private final String account;
    private final Function<String, Optional<String>> arns;

    /**
     * Everyone is the local user of this account, unless known by an access key.
     *
     * @param arns who an access key was given to, if it is somebody else
     */
    public IdentityService(String account, Function<String, Optional<String>> arns) {
        this.account = account;
        this.arns = arns;
    }

    @Override
    public String signingName() {
        return "sts";
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String arn = arns.apply(AccessKey.of(exchange)).orElse("arn:aws:iam::" + account + ":user/local");
            QueryProtocol.serve(exchange, "https://sts.amazonaws.com/doc/2011-06-15/", (action, form) -> {
                if (!action.equals("GetCallerIdentity")) {
                    throw new ServiceException(
                            501,
                            "InvalidAction",
                            "Expected GetCallerIdentity, all that the local STS offers, but got " + action);
                }
                return QueryProtocol.element("Arn", arn)
                        + QueryProtocol.element("UserId", arn.substring(arn.lastIndexOf('/') + 1))
                        + QueryProtocol.element("Account", account);
            });
        }
    }
}
