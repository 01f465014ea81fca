package io.triggerflow.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** AWS's list prices of one region at one date: {@code prices.json}, the only place where there are any. Immutable. */
public final class Prices {
    private final JsonNode file;

    private Prices(JsonNode file) {
        this.file = file;
    }

    /** Reads the file. */
    public static Prices load() {
        return new Prices(resource("prices.json"));
    }

    static JsonNode resource(String name) {
        try (InputStream in = Prices.class.getResourceAsStream(name)) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Dollars for one of something.
     *
     * @throws IllegalArgumentException when it has no price
     */
    public double of(String what) {
        JsonNode price = file.path("prices").path(what);
        if (price.isMissingNode()) {
            throw new IllegalArgumentException("Expected a price of " + what + " in prices.json, but there is none");
        }
        return price.path("dollars").asDouble() / price.path("of").asDouble();
    }

    /** Which prices these are. */
    public String title() {
        return file.path("region").asText() + " list prices of "
                + file.path("date").asText();
    }
}
