package io.triggerflow.local.gateway;

import com.sun.net.httpserver.HttpExchange;
import io.triggerflow.local.AwsService;
import java.io.IOException;

/** The part of STS that tools ask first: who am I. */
public final class IdentityService implements AwsService {
    private final String account;

    /** Everyone is the local user of this account. */
    public IdentityService(String account) {
        this.account = account;
    }

    @Override
    public String signingName() {
        return "sts";
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            QueryProtocol.serve(exchange, "https://sts.amazonaws.com/doc/2011-06-15/", (action, form) -> {
                if (!action.equals("GetCallerIdentity")) {
                    throw new ServiceException(
                            501,
                            "InvalidAction",
                            "Expected GetCallerIdentity, all that the local STS offers, but got " + action);
                }
                return QueryProtocol.element("Arn", "arn:aws:iam::" + account + ":user/local")
                        + QueryProtocol.element("UserId", "local")
                        + QueryProtocol.element("Account", account);
            });
        }
    }
}
