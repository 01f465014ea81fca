package io.triggerflow.cli;

import io.triggerflow.client.NewEvent;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Sends events. */
@Command(
        name = "emit",
        description = "Send an event to a run, or to the workspace's standing triggers.",
        mixinStandardHelpOptions = true)
final class EmitCommand extends Verb {
    @Parameters(paramLabel = "TYPE", description = "The event's type.")
    private String type;

    @Option(
            names = {"-r", "--run"},
            paramLabel = "RUN",
            description = "The run that it is for. Default: the workspace.")
    private String run;

    @Option(
            names = {"-d", "--data"},
            paramLabel = "JSON",
            description = "The event's data: JSON, @FILE, or - for standard input.")
    private String data;

    @Option(
            names = {"-s", "--subject"},
            paramLabel = "TEXT",
            defaultValue = "",
            description = "The event's subject.")
    private String subject;

    @Option(
            names = "--source",
            paramLabel = "URI",
            defaultValue = "cli",
            description = "Who says so. Default: ${DEFAULT-VALUE}.")
    private String source;

    @Option(
            names = "--id",
            paramLabel = "ID",
            description = "The event's id: the same source and id again is the same event.")
    private String id;

    @Option(
            names = "--times",
            paramLabel = "N",
            defaultValue = "1",
            description = "Send N events, each with an id of its own.")
    private int times;

    EmitCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        if (times < 1 || times > 1 && id != null) {
            throw CliException.unusable(
                    "Usage",
                    "Expected --times of at least 1, and not together with --id: the same id is the same event");
        }
        Object content = Inputs.json("--data", data);
        List<NewEvent> events =
                IntStream.range(0, times).mapToObj(i -> event(content)).toList();
        if (run == null) {
            session().workspace().emit(events);
        } else {
            session().workspace().run(run).emit(events);
        }
        session()
                .answer(
                        Map.of(
                                "emitted",
                                times,
                                "ids",
                                events.stream().map(NewEvent::id).toList()),
                        "Emitted " + Text.count(times, "event") + " of type " + type + " to "
                                + (run == null ? "workspace " + session().options().workspace : "run " + run));
        return Exit.OK;
    }

    private NewEvent event(Object content) {
        NewEvent event =
                NewEvent.of(type).withSource(source).withSubject(subject).withData(content);
        return id == null ? event : event.withId(id);
    }
}
