package io.triggerflow.local.iam;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Who asks for something. Immutable. */
public sealed interface Caller {

    /** How messages call it: an ARN, or a service's name. */
    String arn();

    /** What conditions can see of it, keys in lower case. */
    Map<String, List<String>> context();

    /**
     * Somebody with a role: a function, or a service on behalf of one.
     *
     * @param name the session's name: for functions their own
     * @param functionArn when it is a function
     * @param account the role's
     * @param arn of the session
     */
    record Session(Role role, String name, Optional<String> functionArn, String account, String arn) implements Caller {
        static Session of(Role role, String name, Optional<String> functionArn) {
            String account = role.arn().split(":")[4];
            return new Session(
                    role,
                    name,
                    functionArn,
                    account,
                    "arn:aws:sts::" + account + ":assumed-role/" + role.name() + "/" + name);
        }

        @Override
        public Map<String, List<String>> context() {
            Map<String, List<String>> context = new TreeMap<>();
            context.put("aws:principalarn", List.of(role.arn()));
            context.put("aws:principalaccount", List.of(account));
            context.put("aws:principaltype", List.of("AssumedRole"));
            context.put("aws:principalisawsservice", List.of("false"));
            role.tags()
                    .forEach((key, value) ->
                            context.put("aws:principaltag/" + key.toLowerCase(java.util.Locale.ROOT), List.of(value)));
            functionArn.ifPresent(arn -> context.put("lambda:sourcefunctionarn", List.of(arn)));
            return context;
        }
    }

    /**
     * A service of AWS for itself.
     *
     * @param principal such as {@code events.amazonaws.com}
     * @param sourceArn what makes it ask: a rule, a schedule's group, a bucket
     * @param account whose source that is
     */
    record Service(String principal, String sourceArn, String account) implements Caller {
        @Override
        public String arn() {
            return principal;
        }

        @Override
        public Map<String, List<String>> context() {
            return Map.of(
                    "aws:sourcearn",
                    List.of(sourceArn),
                    "aws:sourceaccount",
                    List.of(account),
                    "aws:principalservicename",
                    List.of(principal),
                    "aws:principalisawsservice",
                    List.of("true"));
        }
    }
}
