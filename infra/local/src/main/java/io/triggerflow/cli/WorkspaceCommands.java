package io.triggerflow.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Workspaces. */
final class WorkspaceCommands {
    private WorkspaceCommands() {}

    static CommandLine group(Session session) {
        return Group.of(
                "workspace",
                "Workspaces: each has workflows, runs and triggers of its own.",
                new Add(session),
                new ListAll(session),
                new Delete(session));
    }

    /** Adds a workspace. */
    @Command(name = "add", description = "Add a workspace.", mixinStandardHelpOptions = true)
    static final class Add extends Verb {
        @Parameters(paramLabel = "NAME")
        private String name;

        Add(Session session) {
            super(session);
        }

        @Override
        public Integer call() {
            session().client().workspace(name).create();
            session().answer(Map.of("workspace", name), "Workspace " + name + " is there");
            return Exit.OK;
        }
    }

    /** Lists workspaces. */
    @Command(name = "list", description = "List workspaces.", mixinStandardHelpOptions = true)
    static final class ListAll extends Verb {
        ListAll(Session session) {
            super(session);
        }

        @Override
        public Integer call() {
            List<JsonNode> all = session().client().workspaces();
            session().answer(Map.of("workspaces", all), () -> {
                Table table = new Table("WORKSPACE", "SINCE");
                all.forEach(w -> table.row(
                        w.path("name").asText(w.path("workspace").asText(w.asText())),
                        w.path("startedAt").asText(w.path("createdAt").asText(""))));
                table.print(terminal(), "No workspaces; deploying a workflow adds one");
            });
            return Exit.OK;
        }
    }

    /** Removes a workspace. */
    @Command(
            name = "delete",
            description = "Remove a workspace and all that is in it.",
            mixinStandardHelpOptions = true)
    static final class Delete extends Verb {
        @Parameters(paramLabel = "NAME")
        private String name;

        Delete(Session session) {
            super(session);
        }

        @Override
        public Integer call() {
            session().client().workspace(name).delete();
            session().answer(Map.of("deleted", name), "Workspace " + name + " and all that was in it is deleted");
            return Exit.OK;
        }
    }
}
