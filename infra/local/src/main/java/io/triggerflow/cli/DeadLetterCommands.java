package io.triggerflow.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.triggerflow.client.Page;
import io.triggerflow.client.Parked;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Messages that could not be handled: what the engine parked, and what the queue gave up, in one list. */
final class DeadLetterCommands {
    private DeadLetterCommands() {}

    static CommandLine group(Session session) {
        return Group.of(
                "dlq",
                "Dead letters: messages that could not be handled, parked with their errors until somebody decides.",
                new ListAll(session),
                new Show(session),
                new Redrive(session),
                new Purge(session));
    }

    private static String age(Instant since) {
        return Text.duration(Duration.between(since, Instant.now()));
    }

    /** Lists dead letters. */
    @Command(name = "list", description = "List dead letters, the newest first.", mixinStandardHelpOptions = true)
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
            document.putArray("deadLetters")
                    .addAll(page.items().stream().map(Parked.Message::json).toList());
            page.next().ifPresent(next -> document.put("next", next));
            session().answer(document, () -> {
                Table table = new Table("ID", "AGE", "WORKSPACE", "ERROR");
                page.items()
                        .forEach(m -> table.row(
                                m.id(),
                                age(m.at()),
                                m.workspace().orElse("-"),
                                m.last().error()));
                table.print(terminal(), "There are no dead letters");
                page.next().ifPresent(next -> terminal().print("more: --token " + next));
            });
            return Exit.OK;
        }
    }

    /** Shows a dead letter. */
    @Command(
            name = "show",
            description = "Show a dead letter: its errors, and the message itself.",
            mixinStandardHelpOptions = true)
    static final class Show extends Verb {
        @Parameters(paramLabel = "ID", description = "The dead letter's id.")
        private String id;

        Show(Session session) {
            super(session);
        }

        @Override
        public Integer call() {
            Parked.Message message = session().client().parked().find(id).orElseThrow(() -> missing(id));
            session().answer(message.json(), () -> tell(message));
            return Exit.OK;
        }

        private void tell(Parked.Message message) {
            Terminal terminal = terminal();
            terminal.print(terminal.styled(Terminal.Style.BOLD, message.id())
                    + message.workspace().map(w -> "  workspace " + w).orElse("")
                    + (message.json().has("run")
                            ? ", run " + message.json().path("run").asText()
                            : ""));
            terminal.print("parked  " + Text.time(message.at()) + ", " + age(message.at()) + " ago");
            terminal.print("reason  " + message.reason());
            if (!message.first().error().equals(message.reason())) {
                terminal.print("first   " + Text.time(message.first().at()) + "  "
                        + message.first().error());
                terminal.print("last    " + Text.time(message.last().at()) + "  "
                        + message.last().error() + " (noted " + Text.count(message.times(), "time") + ")");
            }
            terminal.print(terminal.styled(Terminal.Style.BOLD, "message"));
            Session.pretty(message.json().path("message")).lines().forEach(line -> terminal.print("  " + line));
        }
    }

    private static CliException missing(String id) {
        return CliException.failed(
                "NotFound", "Expected a dead letter '" + id + "', but there is none; 'triggerflow dlq list' shows all");
    }

    /** Which dead letters are meant. */
    static final class Which {
        @Parameters(paramLabel = "ID", arity = "1..*", description = "The dead letters' ids.")
        private List<String> ids = new ArrayList<>();

        @Option(names = "--all", required = true, description = "All that there are now.")
        private boolean all;
    }

    private abstract static class Some extends Verb {
        @ArgGroup(multiplicity = "1")
        private Which which;

        Some(Session session) {
            super(session);
        }

        List<String> ids() {
            return which.all
                    ? session().client().parked().all().stream()
                            .map(Parked.Message::id)
                            .toList()
                    : which.ids;
        }

        int each(String what, List<String> ids, Consumer<String> work) {
            ObjectNode document = Session.JSON.createObjectNode();
            ArrayNode done = document.putArray(what);
            ids.forEach(id -> {
                work.accept(id);
                done.add(id);
            });
            session()
                    .answer(
                            document,
                            ids.isEmpty()
                                    ? "There are no dead letters"
                                    : Text.count(ids.size(), "dead letter") + " " + what);
            return Exit.OK;
        }
    }

    /** Puts dead letters back. */
    @Command(
            name = "redrive",
            description = "Put dead letters back into the engine's queue, after the cause is mended.",
            mixinStandardHelpOptions = true)
    static final class Redrive extends Some {
        Redrive(Session session) {
            super(session);
        }

        @Override
        public Integer call() {
            return each("redriven", ids(), id -> session().client().parked().redrive(id));
        }
    }

    /** Forgets dead letters. */
    @Command(name = "purge", description = "Forget dead letters for good.", mixinStandardHelpOptions = true)
    static final class Purge extends Some {
        @Option(
                names = {"-y", "--yes"},
                description = "Do not ask.")
        private boolean yes;

        Purge(Session session) {
            super(session);
        }

        @Override
        public Integer call() {
            List<String> ids = ids();
            if (!ids.isEmpty()) {
                session().confirm("Forget " + Text.count(ids.size(), "dead letter") + " for good?", yes);
            }
            return each("purged", ids, id -> session().client().parked().delete(id));
        }
    }
}
