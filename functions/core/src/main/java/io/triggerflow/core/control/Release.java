package io.triggerflow.core.control;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Which release this is: what a deployment says of itself, and what the command line compares it with. */
public final class Release {
    private Release() {}

    /** The version that this was built as. */
    public static String version() {
        Properties release = new Properties();
        try (InputStream in = Release.class.getResourceAsStream("release.properties")) {
            release.load(in);
            return release.getProperty("version");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
