package io.triggerflow.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.triggerflow.client.TriggerflowClient;
import io.triggerflow.client.Workspace;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Scanner;

/** What a command works with: the common options, the terminal, and the deployment that the options name. One a process. */
final class Session implements AutoCloseable {
    static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

    private final Terminal terminal;
    private final Options options = new Options();
    private Optional<TriggerflowClient> client = Optional.empty();

    Session(Terminal terminal) {
        this.terminal = terminal;
    }

    Options options() {
        return options;
    }

    /** Where to write; nobody watches when JSON is wanted. */
    Terminal terminal() {
        return options.json
                ? new Terminal(terminal.in(), terminal.out(), terminal.err(), false, terminal.columns())
                : terminal;
    }

    boolean json() {
        return options.json;
    }

    /** Uses this client instead of looking for one. */
    void use(TriggerflowClient value) {
        client = Optional.of(value);
    }

    /** The deployment's client, opened when it is first needed. */
    TriggerflowClient client() {
        if (client.isEmpty()) {
            var builder = TriggerflowClient.builder();
            Optional.ofNullable(options.endpoint).ifPresent(builder::endpoint);
            Optional.ofNullable(options.stack).ifPresent(builder::stack);
            Optional.ofNullable(options.region).ifPresent(builder::region);
            client = Optional.of(builder.build());
        }
        return client.get();
    }

    Workspace workspace() {
        return client().workspace(options.workspace);
    }

    /** Answers: the document when JSON is wanted, what people read otherwise. */
    void answer(Object document, Runnable human) {
        if (options.json) {
            terminal.print(text(document));
        } else {
            human.run();
        }
    }

    /** Answers with one line, or the document. */
    void answer(Object document, String line) {
        answer(document, () -> terminal.print(line));
    }

    /**
     * Asks before something that cannot be taken back.
     *
     * @param yes whether it was said already
     * @throws CliException when the answer is no, or nobody is there to answer
     */
    void confirm(String question, boolean yes) {
        if (yes) {
            return;
        }
        if (!terminal().live()) {
            throw CliException.unusable(
                    "NotConfirmed", "Expected --yes, because nobody is here to answer: " + question);
        }
        terminal.err().print(question + " [y/N] ");
        terminal.err().flush();
        String answer = new Scanner(terminal.in(), StandardCharsets.UTF_8)
                .useDelimiter("\\R")
                .tokens()
                .findFirst()
                .orElse("");
        if (!answer.strip().toLowerCase(Locale.ROOT).matches("y|yes")) {
            throw CliException.failed("NotConfirmed", "Nothing was changed");
        }
    }

    static String text(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String pretty(JsonNode value) {
        return value.isTextual() ? value.asText() : value.toPrettyString();
    }

    @Override
    public void close() {
        client.ifPresent(TriggerflowClient::close);
    }
}
