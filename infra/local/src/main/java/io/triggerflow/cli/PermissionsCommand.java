package io.triggerflow.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What became of the permissions of a local runtime's templates. */
@Command(
        name = "permissions",
        description =
                "What the functions of a local runtime were refused, and what they were granted and have not used so far.",
        mixinStandardHelpOptions = true)
final class PermissionsCommand extends Verb {
    @Option(names = "--calls", description = "Also every distinct call, with its decision.")
    private boolean calls;

    PermissionsCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        URI api = session().client().endpoint();
        if (!Aws.isLocal(api)) {
            throw CliException.unusable(
                    "NotLocal",
                    "Expected a local runtime, but " + api
                            + " is none; on AWS, IAM knows what a role used: aws iam generate-service-last-accessed-details");
        }
        try (Aws aws = new Aws(Optional.of(api), "us-east-1")) {
            JsonNode page = aws.rest("iam", "GET", "/_iam", Session.JSON.nullNode());
            session().answer(page, () -> tell(page));
        }
        return Exit.OK;
    }

    private void tell(JsonNode page) {
        if (!page.path("enforced").asBoolean()) {
            terminal().print("Permissions are not enforced here (--no-iam)");
            return;
        }
        Table refused = new Table("REFUSED TO", "ACTION", "RESOURCE");
        Table all = new Table("CALLER", "DECISION", "ACTION", "RESOURCE");
        for (JsonNode call : page.path("calls")) {
            boolean allowed = call.path("allowed").asBoolean();
            String caller = call.path("caller").asText();
            String action = call.path("action").asText();
            String resource = call.path("resource").asText();
            all.row(caller, allowed ? "allowed" : "denied", action, resource);
            if (!allowed) {
                refused.row(caller, action, resource);
            }
        }
        refused.print(terminal(), "Nothing was refused");
        terminal().print("");
        unused(page).print(terminal(), "Everything that the templates grant was used");
        if (calls) {
            terminal().print("");
            all.print(terminal(), "Nobody called anything");
        }
    }

    private static Table unused(JsonNode page) {
        Table table = new Table("NEVER USED", "OF", "WRITTEN AT");
        for (JsonNode one : page.path("unused")) {
            String place = one.path("place").asText();
            String where = place.substring(place.indexOf(" at ") < 0 ? 0 : place.indexOf(" at ") + 4);
            String what = one.path("action").asText(one.path("resource").asText());
            table.row(what, one.path("role").asText(), where);
        }
        return table;
    }
}
