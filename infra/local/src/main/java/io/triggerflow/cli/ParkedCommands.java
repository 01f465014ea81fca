package io.triggerflow.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.triggerflow.client.Page;
import io.triggerflow.client.Parked;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Messages that could not be handled. */
final class ParkedCommands {
    private ParkedCommands() {}

    static CommandLine group(Session session) {
        return Group.of(
                "parked",
                "Messages that could not be handled, each with its reason.",
                new ListAll(session),
                new Show(session),
                new Redrive(session),
                new Delete(session));
    }

    /** Lists parked messages. */
    @Command(name = "list", description = "List parked messages, the newest first.", mixinStandardHelpOptions = true)
    static final class ListAll extends Verb {
        @Option(
                names = "--limit",
                paramLabel = "N",
                defaultValue = "20",
                description = "How many at most. Default: ${DEFAULT-VALUE}.")
        private int limit;

        @Option(names = "--token", paramLabel = "TOKEN", description = "Where the former page ended: its 'next'.")
        private String token;

        ListAll(Session session) {
            super(session);
        }

        @Override
        public Integer call() {
            Page<Parked.Message> page = session().client().parked().list(limit, Inputs.given(token));
            ObjectNode document = Session.JSON.createObjectNode();
            document.putArray("parked")
                    .addAll(page.items().stream().map(Parked.Message::json).toList());
            page.next().ifPresent(next -> document.put("next", next));
            session().answer(document, () -> {
                Table table = new Table("ID", "SINCE", "WORKSPACE", "REASON");
                page.items()
                        .forEach(m -> table.row(
                                m.id(), Text.time(m.at()), m.workspace().orElse("-"), m.reason()));
                table.print(terminal(), "Nothing is parked");
                page.next().ifPresent(next -> terminal().print("more: --token " + next));
            });
            return Exit.OK;
        }
    }

    private abstract static class One extends Verb {
        @Parameters(paramLabel = "ID", description = "The message's id.")
        private String id;

        One(Session session) {
            super(session);
        }

        String id() {
            return id;
        }
    }

    /** Shows a message. */
    @Command(name = "show", description = "Show a parked message.", mixinStandardHelpOptions = true)
    static final class Show extends One {
        Show(Session session) {
            super(session);
        }

        @Override
        public Integer call() {
            Optional<Parked.Message> message = session().client().parked().find(id());
            if (message.isEmpty()) {
                throw CliException.failed(
                        "NotFound",
                        "Expected a parked message '" + id()
                                + "', but there is none; 'triggerflow parked list' shows all");
            }
            session().answer(message.get().json(), message.get().json().toPrettyString());
            return Exit.OK;
        }
    }

    /** Puts a message back. */
    @Command(
            name = "redrive",
            description = "Put a parked message back into the engine's queue.",
            mixinStandardHelpOptions = true)
    static final class Redrive extends One {
        Redrive(Session session) {
            super(session);
        }

        @Override
        public Integer call() {
            session().client().parked().redrive(id());
            session().answer(Map.of("redriven", id()), "Message " + id() + " is back in the queue");
            return Exit.OK;
        }
    }

    /** Forgets a message. */
    @Command(name = "delete", description = "Forget a parked message.", mixinStandardHelpOptions = true)
    static final class Delete extends One {
        Delete(Session session) {
            super(session);
        }

        @Override
        public Integer call() {
            session().client().parked().delete(id());
            session().answer(Map.of("deleted", id()), "Message " + id() + " is deleted");
            return Exit.OK;
        }
    }
}
