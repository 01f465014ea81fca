package io.triggerflow.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** AWS's list prices of one region at one date, from a resource file. Immutable. */
final class Prices {
    private final Properties values;

    private Prices(Properties values) {
        this.values = values;
    }

    static Prices load() {
        Properties values = new Properties();
        try (InputStream in = Prices.class.getResourceAsStream("prices.properties")) {
            values.load(in);
            return new Prices(values);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Dollars for one of something. */
    double of(String what) {
        return Double.parseDouble(values.getProperty(what));
    }

    /** Which prices these are. */
    String title() {
        return values.getProperty("region") + " list prices of " + values.getProperty("date");
    }
}
