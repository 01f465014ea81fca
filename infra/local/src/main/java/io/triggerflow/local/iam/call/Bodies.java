package io.triggerflow.local.iam.call;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Reads what matters of a JSON body, without making a tree of the rest: bodies have up to some megabytes. */
final class Bodies {
    private static final JsonFactory FACTORY = new JsonFactory();

    private Bodies() {}

    /** What to do with the value of a field; must consume it. */
    @FunctionalInterface
    interface Field {
        void value(String name, JsonParser parser) throws IOException;
    }

    static JsonParser parser(byte[] body) throws IOException {
        JsonParser parser = FACTORY.createParser(body);
        parser.nextToken();
        return parser;
    }

    /** Walks the fields of the object that the parser stands on; of another value there are none. */
    static void fields(JsonParser parser, Field field) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            field.value(name, parser);
            parser.skipChildren();
        }
    }

    /** The texts of these fields at the top of a body, read no further than the first {@code enough} of them. */
    static Map<String, String> texts(byte[] body, Set<String> wanted, int enough) throws IOException {
        Map<String, String> found = new HashMap<>();
        if (body.length == 0) {
            return found;
        }
        try (JsonParser parser = parser(body)) {
            if (parser.currentToken() == JsonToken.START_OBJECT) {
                while (found.size() < enough && parser.nextToken() == JsonToken.FIELD_NAME) {
                    String name = parser.currentName();
                    if (parser.nextToken() == JsonToken.VALUE_STRING && wanted.contains(name)) {
                        found.put(name, parser.getText());
                    }
                    parser.skipChildren();
                }
            }
        }
        return found;
    }
}
