package io.triggerflow.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.triggerflow.client.TriggerflowClient;
import io.triggerflow.local.LocalRuntime;
import io.triggerflow.local.LocalRuntimeOptions;
import io.triggerflow.local.template.Template;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Starting the local runtime in this process. */
final class Runtimes {
    private static final String TEMPLATE = "template.yaml";

    private Runtimes() {}

    /** Where the project is: what the launcher says, or the nearest directory upwards that holds the template. */
    static Path home() {
        String told = System.getProperty("triggerflow.home", "");
        if (!told.isEmpty()) {
            return Path.of(told);
        }
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.isRegularFile(at.resolve(TEMPLATE)) && Files.isDirectory(at.resolve("functions"))) {
                return at;
            }
        }
        throw CliException.unusable(
                "NoHome",
                "Expected to run inside the project, but there is no " + TEMPLATE
                        + " here or above; start it with infra/triggerflow");
    }

    /** The project's own template. */
    static Path template() {
        return home().resolve(TEMPLATE);
    }

    /**
     * Parameters of the engine that fit one machine, unless they are given: side by side, more engines than a few a processor only wait for
     * each other until their time is over.
     */
    static Map<String, String> fitting(Map<String, String> given) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put(
                "EngineMaxConcurrency",
                Integer.toString(Math.clamp(2L * Runtime.getRuntime().availableProcessors(), 2, 100)));
        all.putAll(given);
        return all;
    }

    /** The SHA-256 of the functions' zip, as Lambda tells it of deployed code; empty when none is built, or this is not the project. */
    static Optional<String> functionsHash() {
        try {
            Path zip = home().resolve("functions/target/functions.zip");
            return Files.isRegularFile(zip)
                    ? Optional.of(Base64.getEncoder()
                            .encodeToString(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(zip))))
                    : Optional.empty();
        } catch (CliException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Expected every Java platform to have SHA-256, but this one does not", e);
        }
    }

    /** Starts a runtime; what hinders it is one line. */
    static LocalRuntime start(LocalRuntimeOptions options) {
        for (Path template : options.templates()) {
            if (!Files.isRegularFile(template)) {
                throw CliException.unusable(
                        "NoTemplate",
                        "Expected a SAM template at " + template + ", but there is no such file; name one with -t");
            }
        }
        try {
            return LocalRuntime.start(options);
        } catch (IllegalStateException e) {
            throw CliException.unusable("NotStarted", String.valueOf(e.getMessage()), e);
        }
    }

    /** What the functions told CloudWatch, by metric. */
    static ObjectNode metrics(LocalRuntime runtime) {
        ObjectNode document = Session.JSON.createObjectNode();
        runtime.metrics().totals().forEach(total -> document.putObject(total.name())
                .put("sum", total.sum())
                .put("samples", total.samples())
                .put("least", total.least())
                .put("most", total.most()));
        return document;
    }

    /** The engine's API among the templates' outputs, if there is one. */
    static Optional<URI> api(LocalRuntime runtime) {
        return runtime.templates().stream()
                .map(Template::outputs)
                .map(outputs -> outputs.get("ApiUrl"))
                .filter(java.util.Objects::nonNull)
                .map(url -> URI.create(String.valueOf(url)))
                .findFirst();
    }

    /** A client of the runtime's API. */
    static TriggerflowClient client(LocalRuntime runtime) {
        URI api = api(runtime)
                .orElseThrow(() -> CliException.unusable(
                        "NoApi", "Expected the template to have the output ApiUrl, but it has none"));
        return TriggerflowClient.builder().endpoint(api).region("us-east-1").build();
    }
}
