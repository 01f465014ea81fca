package io.triggerflow.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a deployment's parameters must admit before a function of another stack can take part: only whoever may deploy the stack can.
 *
 * @param why what would be refused
 * @param next what to type
 */
record Admission(String why, String next) {
    /** Empty when nothing is missing. */
    static Optional<Admission> of(Deployed deployed, TargetFunction target) {
        List<String> refused = new ArrayList<>();
        List<String> overrides = new ArrayList<>();
        String launched = target.qualifier().isEmpty() ? target.arn() : target.arn() + ":" + target.qualifier();
        if (!deployed.mayInvoke(target.name(), launched)) {
            refused.add("the engine may not launch " + target.label());
            overrides.add(more(deployed, "ActionFunctions", launched));
        }
        if (!deployed.admitsSender(target.roleArn())) {
            refused.add("the event queue takes nothing from the role " + target.roleName());
            overrides.add(more(deployed, "SenderRoles", target.roleArn()));
        }
        return refused.isEmpty()
                ? Optional.empty()
                : Optional.of(new Admission(
                        String.join(", and ", refused),
                        "sam deploy --stack-name " + deployed.stack() + " --parameter-overrides "
                                + String.join(" ", overrides)));
    }

    private static String more(Deployed deployed, String parameter, String value) {
        String given = deployed.parameters().getOrDefault(parameter, "");
        return parameter + "=" + (given.isEmpty() ? value : given + "," + value);
    }
}
