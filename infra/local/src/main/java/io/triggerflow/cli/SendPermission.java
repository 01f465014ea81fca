package io.triggerflow.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * An inline policy that lets a function's role send to the event queue: Lambda writes to destinations with the function's own role. One for
 * each function, because several may share a role, and the last to be detached must not be the first.
 */
record SendPermission(String role, String name, String document) {
    private static final String VERSION = "2010-05-08";
    private static final int LONGEST_NAME = 128;

    static SendPermission of(Deployed deployed, TargetFunction target) {
        String name = "triggerflow-" + deployed.stack() + "-"
                + target.label().replace(':', '.').replace("$", "");
        ObjectNode document = Session.JSON.createObjectNode().put("Version", "2012-10-17");
        document.putArray("Statement")
                .addObject()
                .put("Effect", "Allow")
                .put("Action", "sqs:SendMessage")
                .put("Resource", deployed.output("QueueArn"));
        return new SendPermission(
                target.roleName(),
                name.length() <= LONGEST_NAME
                        ? name
                        : name.substring(0, LONGEST_NAME - 9) + "-" + Integer.toHexString(name.hashCode()),
                Session.text(document));
    }

    private Map<String, String> named() {
        return Map.of("RoleName", role, "PolicyName", name);
    }

    boolean exists(Aws aws) {
        try {
            aws.query("iam", VERSION, "GetRolePolicy", named());
            return true;
        } catch (Aws.Refused e) {
            if (e.isMissing()) {
                return false;
            }
            throw e;
        }
    }

    void put(Aws aws) {
        aws.query(
                "iam",
                VERSION,
                "PutRolePolicy",
                Map.of("RoleName", role, "PolicyName", name, "PolicyDocument", document));
    }

    void delete(Aws aws) {
        try {
            aws.query("iam", VERSION, "DeleteRolePolicy", named());
        } catch (Aws.Refused e) {
            if (!e.isMissing()) {
                throw e;
            }
        }
    }

    /** What somebody else types who may. */
    String commandToPut() {
        return "aws iam put-role-policy --role-name " + role + " --policy-name " + name + " --policy-document '"
                + document + "'";
    }

    String commandToDelete() {
        return "aws iam delete-role-policy --role-name " + role + " --policy-name " + name;
    }
}
