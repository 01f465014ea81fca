package io.triggerflow.local.bus;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a rule's target receives of an event. */
public sealed interface Input {
    /** The whole event. */
    record Whole() implements Input {}

    /** Always the same text. */
    record Constant(String text) implements Input {}

    /** A part of the event. */
    record Path(String path) implements Input {}

    /** A template whose {@code <name>} places are filled with parts of the event. */
    record Transformer(Map<String, String> paths, String template) implements Input {
        /** Copies the paths. */
        public Transformer {
            paths = Map.copyOf(paths);
        }
    }

    /** The text that the target receives. */
    default String apply(JsonNode event, String eventText, String ruleArn) {
        return switch (this) {
            case Whole whole -> eventText;
            case Constant constant -> constant.text();
            case Path path -> JsonPath.at(event, path.path()).toString();
            case Transformer transformer -> Template.fill(transformer, event, eventText, ruleArn);
        };
    }

    /** Fills templates. */
    final class Template {
        private static final ObjectMapper JSON = new ObjectMapper();
        private static final Pattern PLACE = Pattern.compile("<([A-Za-z0-9_.-]+)>");

        private Template() {}

        private static String fill(Transformer transformer, JsonNode event, String eventText, String ruleArn) {
            String template = transformer.template();
            var out = new StringBuilder(template.length() + 64);
            boolean quoted = false;
            int position = 0;
            Matcher place = PLACE.matcher(template);
            while (position < template.length()) {
                char c = template.charAt(position);
                if (c == '<' && place.find(position) && place.start() == position) {
                    out.append(text(value(place.group(1), transformer, event, eventText, ruleArn), quoted));
                    position = place.end();
                    continue;
                }
                if (c == '\\' && position + 1 < template.length()) {
                    out.append(c).append(template.charAt(position + 1));
                    position += 2;
                    continue;
                }
                quoted ^= c == '"';
                out.append(c);
                position++;
            }
            return out.toString();
        }

        private static JsonNode value(
                String name, Transformer transformer, JsonNode event, String eventText, String ruleArn) {
            return switch (name) {
                case "aws.events.rule-arn" -> JSON.getNodeFactory().textNode(ruleArn);
                case "aws.events.rule-name" ->
                    JSON.getNodeFactory().textNode(ruleArn.substring(ruleArn.lastIndexOf('/') + 1));
                case "aws.events.event.ingestion-time" -> event.path("time");
                case "aws.events.event", "aws.events.event.json" -> event;
                default ->
                    transformer.paths().containsKey(name)
                            ? JsonPath.at(event, transformer.paths().get(name))
                            : JSON.missingNode();
            };
        }

        /** Outside quotes a value is JSON; inside them it is the text of the value, escaped for where it stands. */
        private static String text(JsonNode value, boolean quoted) {
            if (!quoted) {
                return value.isMissingNode() ? "\"\"" : value.toString();
            }
            try {
                String plain = value.isMissingNode() ? "" : value.isTextual() ? value.textValue() : value.toString();
                String escaped = JSON.writeValueAsString(plain);
                return escaped.substring(1, escaped.length() - 1);
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("Expected a text to have a JSON form, but: " + e, e);
            }
        }
    }
}
