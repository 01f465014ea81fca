package io.triggerflow.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/** Examines a deployment. */
@Command(
        name = "doctor",
        description = "Examine a deployment: queues, functions that workflows use, alarms, clock, versions.",
        mixinStandardHelpOptions = true,
        footer = {"", "Exit status 1 when something is broken. Reads only; what it may not read it says."})
final class DoctorCommand extends Verb {
    DoctorCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        try (Deployed deployed = Deployed.of(session())) {
            List<Finding> findings = examine(deployed);
            boolean broken = findings.stream().anyMatch(f -> f.level() == Finding.Level.FAIL);
            ObjectNode document = Session.JSON
                    .createObjectNode()
                    .put("stack", deployed.stack())
                    .put("healthy", !broken);
            ArrayNode all = document.putArray("findings");
            findings.forEach(finding -> all.add(finding.json()));
            session().answer(document, () -> Finding.print(findings, terminal()));
            return broken ? Exit.FAILED : Exit.OK;
        }
    }

    private List<Finding> examine(Deployed deployed) {
        var stack = new StackCheckup(deployed, session().client());
        var queues = new QueueCheckup(deployed);
        var functions = new FunctionCheckup(deployed, session().client());
        List<Finding> findings = new ArrayList<>();
        Stream.<Supplier<List<Finding>>>of(
                        stack::api,
                        stack::stack,
                        stack::table,
                        queues::events,
                        queues::deadLetters,
                        stack::parked,
                        functions::engine,
                        functions::sweeper,
                        functions::used,
                        stack::alarms)
                .forEach(check -> findings.addAll(attempted(check)));
        return findings;
    }

    /** One thing that may not be read does not keep the others from being told. */
    private static List<Finding> attempted(Supplier<List<Finding>> check) {
        try {
            return check.get();
        } catch (Aws.Refused e) {
            return List.of(Finding.warn(
                    "permissions",
                    e.getMessage(),
                    e.isDenied() ? "doctor must be run with permissions to read the deployment" : ""));
        }
    }
}
