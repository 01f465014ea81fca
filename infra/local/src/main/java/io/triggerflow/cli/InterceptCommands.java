package io.triggerflow.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.triggerflow.client.Interceptors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Interceptors of a live run, or, without a run, of the workspace's standing triggers. */
final class InterceptCommands {
    private InterceptCommands() {}

    private abstract static class Live extends Verb {
        Live(Session session) {
            super(session);
        }

        /** Of the run, or of the workspace when none is named; in the name of who types this. */
        Interceptors of(String run) {
            Interceptors all = run == null
                    ? session().workspace().interceptors()
                    : session().workspace().run(run).interceptors();
            return all.by(user());
        }

        String where(String run) {
            return run == null ? "workspace " + session().options().workspace : "run " + run;
        }
    }

    static String user() {
        return System.getProperty("user.name", "");
    }

    /** Adds interceptors. */
    @Command(
            name = "intercept",
            description = "Intercept triggers of a live run, or (without RUN) of the workspace.",
            mixinStandardHelpOptions = true)
    static final class Intercept extends Live {
        @Parameters(
                arity = "1..2",
                paramLabel = "[RUN] FILE",
                description = "The run; an interceptor, a list, or {interceptors: [...]}, YAML or JSON.")
        private List<String> given;

        Intercept(Session session) {
            super(session);
        }

        @Override
        public Integer call() {
            String run = given.size() == 2 ? given.getFirst() : null;
            List<JsonNode> added = of(run).add(Inputs.tree(Path.of(given.getLast())));
            session().answer(Map.of("interceptors", added), () -> added.forEach(one -> tell(one, run)));
            return Exit.OK;
        }

        private void tell(JsonNode one, String run) {
            String triggers = names(one.path("triggers"));
            terminal()
                    .print("Interceptor " + one.path("id").asText() + " stands " + point(one) + " of "
                            + (triggers.isEmpty() ? "no trigger yet" : triggers) + " in " + where(run));
        }
    }

    /** Releases an interceptor. */
    @Command(
            name = "release",
            description = "Release an interceptor of a run, or (without RUN) of the workspace; what it holds goes on.",
            mixinStandardHelpOptions = true)
    static final class Release extends Live {
        @Parameters(arity = "1..2", paramLabel = "[RUN] ID", description = "The run; the interceptor's id.")
        private List<String> given;

        Release(Session session) {
            super(session);
        }

        @Override
        public Integer call() {
            String run = given.size() == 2 ? given.getFirst() : null;
            String id = given.getLast();
            of(run).release(id);
            session().answer(Map.of("released", id), "Released interceptor " + id + " of " + where(run));
            return Exit.OK;
        }
    }

    /** Lists interceptors. */
    @Command(
            name = "interceptors",
            description = "List the interceptors of a run, or (without RUN) of the workspace, and what they hold.",
            mixinStandardHelpOptions = true)
    static final class ListAll extends Live {
        @Parameters(arity = "0..1", paramLabel = "RUN", description = "The run's name.")
        private String run;

        ListAll(Session session) {
            super(session);
        }

        @Override
        public Integer call() {
            List<JsonNode> all = of(run).list();
            session().answer(Map.of("interceptors", all), () -> table(all)
                    .print(terminal(), "No interceptors in " + where(run)));
            return Exit.OK;
        }
    }

    static Table table(List<JsonNode> interceptors) {
        Table table = new Table("INTERCEPTOR", "PRIORITY", "WHERE", "HOLDS", "TRIGGERS");
        for (JsonNode one : interceptors) {
            table.row(
                    one.path("id").asText(),
                    one.path("priority").asInt(),
                    point(one),
                    one.path("holds").size(),
                    names(one.path("triggers")));
        }
        return table;
    }

    private static String point(JsonNode one) {
        for (String stage : List.of("before", "after", "instead")) {
            if (one.has(stage)) {
                return (stage.equals("instead") ? "in the place of the " : stage + " the ")
                        + one.path(stage).asText();
            }
        }
        return "";
    }

    private static String names(JsonNode ids) {
        List<String> names = new ArrayList<>();
        ids.forEach(id -> names.add(id.asText()));
        return String.join(", ", names);
    }
}
