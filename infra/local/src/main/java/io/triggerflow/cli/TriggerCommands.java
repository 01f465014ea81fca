package io.triggerflow.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.triggerflow.client.Triggers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The workspace's standing triggers; a run's can be listed. */
final class TriggerCommands {
    private TriggerCommands() {}

    static CommandLine group(Session session) {
        return Group.of(
                "trigger",
                "The workspace's standing triggers.",
                new Add(session),
                new ListAll(session),
                new Get(session),
                new Switch.Enable(session),
                new Switch.Disable(session),
                new Switch.Delete(session),
                new Flush(session));
    }

    /** Registers triggers. */
    @Command(
            name = "add",
            description = "Register triggers; those of the same id are replaced.",
            mixinStandardHelpOptions = true)
    static final class Add extends Verb {
        @Parameters(paramLabel = "FILE", description = "A trigger, a list, or {triggers: [...]}, YAML or JSON.")
        private Path file;

        Add(Session session) {
            super(session);
        }

        @Override
        public Integer call() {
            JsonNode triggers = Inputs.tree(file);
            session().workspace().triggers().add(triggers);
            int count = triggers.isArray()
                    ? triggers.size()
                    : triggers.has("triggers") ? triggers.path("triggers").size() : 1;
            session()
                    .answer(
                            Map.of("added", count),
                            "Registered " + Text.count(count, "trigger") + " in workspace "
                                    + session().options().workspace);
            return Exit.OK;
        }
    }

    /** Lists triggers. */
    @Command(name = "list", description = "List triggers.", mixinStandardHelpOptions = true)
    static final class ListAll extends Verb {
        @Option(
                names = {"-r", "--run"},
                paramLabel = "RUN",
                description = "A run's triggers instead of the workspace's.")
        private String run;

        ListAll(Session session) {
            super(session);
        }

        @Override
        public Integer call() {
            Triggers triggers = run == null
                    ? session().workspace().triggers()
                    : session().workspace().run(run).triggers();
            List<JsonNode> all = triggers.list();
            session().answer(Map.of("triggers", all), () -> {
                Table table = new Table("TRIGGER", "ENABLED", "ON", "CONDITION", "ACTIONS");
                all.forEach(item -> row(table, item));
                table.print(terminal(), "No triggers");
            });
            return Exit.OK;
        }

        private static void row(Table table, JsonNode item) {
            JsonNode trigger = item.has("trigger") ? item.path("trigger") : item;
            JsonNode composite = trigger.path("condition").path("composite");
            boolean enabled =
                    item.path("enabled").asBoolean(trigger.path("enabled").asBoolean(true));
            table.row(
                    trigger.path("id").asText(),
                    enabled ? "yes" : "no",
                    shape(composite.isMissingNode() ? trigger.path("on") : composite.path("events")),
                    shape(composite.isMissingNode() ? trigger.path("condition") : composite.path("detect")),
                    shape(trigger.path("actions")));
        }

        private static String shape(JsonNode node) {
            String text = node.isMissingNode()
                    ? "always"
                    : node.isTextual() ? node.asText() : node.toString().replace("\"", "");
            return Text.shortened(text, 50);
        }
    }

    /** Shows a trigger. */
    @Command(name = "get", description = "Show a trigger.", mixinStandardHelpOptions = true)
    static final class Get extends Verb {
        @Parameters(paramLabel = "ID")
        private String id;

        Get(Session session) {
            super(session);
        }

        @Override
        public Integer call() {
            JsonNode trigger = session().workspace().triggers().get(id);
            session().answer(trigger, trigger.toPrettyString());
            return Exit.OK;
        }
    }

    /** Removes all triggers. */
    @Command(name = "flush", description = "Remove all triggers of the workspace.", mixinStandardHelpOptions = true)
    static final class Flush extends Verb {
        Flush(Session session) {
            super(session);
        }

        @Override
        public Integer call() {
            session().workspace().triggers().flush();
            session()
                    .answer(
                            Map.of("flushed", true),
                            "Removed all triggers of workspace " + session().options().workspace);
            return Exit.OK;
        }
    }

    /** Changes one trigger by its id. */
    abstract static class Switch extends Verb {
        @Parameters(paramLabel = "ID", description = "The trigger's id.")
        private String id;

        Switch(Session session) {
            super(session);
        }

        /** Does it, and answers the word for it. */
        abstract String change(Triggers triggers, String trigger);

        @Override
        public Integer call() {
            String done = change(session().workspace().triggers(), id);
            session().answer(Map.of("trigger", id, "done", done), "Trigger " + id + " is " + done);
            return Exit.OK;
        }

        /** Lets a trigger fire again. */
        @Command(name = "enable", description = "Let a trigger fire again.", mixinStandardHelpOptions = true)
        static final class Enable extends Switch {
            Enable(Session session) {
                super(session);
            }

            @Override
            String change(Triggers triggers, String trigger) {
                triggers.enable(trigger);
                return "enabled";
            }
        }

        /** Keeps a trigger from firing. */
        @Command(name = "disable", description = "Keep a trigger from firing.", mixinStandardHelpOptions = true)
        static final class Disable extends Switch {
            Disable(Session session) {
                super(session);
            }

            @Override
            String change(Triggers triggers, String trigger) {
                triggers.disable(trigger);
                return "disabled";
            }
        }

        /** Removes a trigger. */
        @Command(name = "delete", description = "Remove a trigger.", mixinStandardHelpOptions = true)
        static final class Delete extends Switch {
            Delete(Session session) {
                super(session);
            }

            @Override
            String change(Triggers triggers, String trigger) {
                triggers.delete(trigger);
                return "deleted";
            }
        }
    }
}
