package io.triggerflow.asl.data;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads paths and calls: <code>States.Format('{}', $.a)</code>. Recursive descent, at most {@value #MAX_DEPTH} calls deep. */
final class ExpressionParser {
    private static final int MAX_DEPTH = 10;
    private static final Pattern NAME = Pattern.compile("States\\.[A-Za-z0-9]+");
    private static final Pattern WORD = Pattern.compile("[^,()'\\s]+");
    private final String text;
    private int at;

    private ExpressionParser(String text) {
        this.text = text;
    }

    /** What a text is not: its message says why. */
    static final class NotAnExpression extends Exception {
        private static final long serialVersionUID = 1L;

        NotAnExpression(String message) {
            super(message);
        }
    }

    static Expression parse(String text) throws NotAnExpression {
        if (text.startsWith("$")) {
            return new Expression.Path(text);
        }
        ExpressionParser parser = new ExpressionParser(text.strip());
        Expression call = parser.call(0);
        if (parser.at != parser.text.length()) {
            throw new NotAnExpression(
                    "Expected nothing behind the call, but got '" + parser.text.substring(parser.at) + "'");
        }
        return call;
    }

    private Expression call(int depth) throws NotAnExpression {
        int start = at;
        Matcher name = NAME.matcher(text).region(at, text.length());
        if (!name.lookingAt()) {
            throw new NotAnExpression("Expected a path or States.Function(...), but got '" + text.substring(at) + "'");
        }
        if (depth >= MAX_DEPTH) {
            throw new NotAnExpression("Expected calls nested at most " + MAX_DEPTH + " deep");
        }
        at = name.end();
        expect('(');
        List<Expression> arguments = new ArrayList<>();
        skip();
        while (!next(')')) {
            if (!arguments.isEmpty()) {
                expect(',');
            }
            skip();
            arguments.add(argument(depth + 1));
            skip();
        }
        return new Expression.Call(name.group().substring("States.".length()), arguments, text.substring(start, at));
    }

    private Expression argument(int depth) throws NotAnExpression {
        char c = peek();
        if (c == '\'') {
            return new Expression.Constant(string());
        }
        if (c == '$') {
            return new Expression.Path(path());
        }
        if (text.startsWith("States.", at)) {
            return call(depth);
        }
        return literal();
    }

    private Expression literal() throws NotAnExpression {
        Matcher word = WORD.matcher(text).region(at, text.length());
        if (!word.lookingAt()) {
            throw new NotAnExpression("Expected an argument, but got '" + text.substring(at) + "'");
        }
        at = word.end();
        return switch (word.group()) {
            case "null" -> new Expression.Constant(null);
            case "true" -> new Expression.Constant(true);
            case "false" -> new Expression.Constant(false);
            default -> new Expression.Constant(number(word.group()));
        };
    }

    private static Number number(String word) throws NotAnExpression {
        if (!word.matches("-?\\d+(\\.\\d+)?([eE][+-]?\\d{1,3})?")) {
            throw new NotAnExpression("Expected a number, but got '" + word + "'");
        }
        BigDecimal exact = new BigDecimal(word);
        return word.matches("-?\\d{1,18}") ? Numbers.whole(exact.longValueExact()) : exact;
    }

    private String string() throws NotAnExpression {
        StringBuilder value = new StringBuilder();
        at++;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '\'') {
                return value.toString();
            }
            if (c == '\\') {
                // Only these four may be escaped. A brace keeps its backslash: Format must not take it for a place.
                char escaped = peek();
                at++;
                switch (escaped) {
                    case '\'', '\\' -> value.append(escaped == '\\' ? "\\\\" : "'");
                    case '{', '}' -> value.append('\\').append(escaped);
                    default -> throw new NotAnExpression("Expected \\', \\\\, \\{ or \\}, but got \\" + escaped);
                }
            } else {
                value.append(c);
            }
        }
        throw new NotAnExpression("Expected ' at the end of a text");
    }

    /** A path ends at a comma, blank or parenthesis outside its brackets. */
    private String path() throws NotAnExpression {
        int start = at;
        int brackets = 0;
        char quote = 0;
        for (; at < text.length(); at++) {
            char c = text.charAt(at);
            if (quote != 0) {
                at += c == '\\' ? 1 : 0;
                quote = c == quote ? 0 : quote;
            } else if (brackets > 0 && (c == '\'' || c == '"')) {
                quote = c;
            } else if (c == '[') {
                brackets++;
            } else if (c == ']') {
                brackets--;
            } else if (brackets == 0 && (c == ',' || c == ')' || Character.isWhitespace(c))) {
                break;
            }
        }
        if (brackets != 0) {
            throw new NotAnExpression("Expected ] at the end of '" + text.substring(start) + "'");
        }
        return text.substring(start, at);
    }

    private void expect(char c) throws NotAnExpression {
        skip();
        if (!next(c)) {
            throw new NotAnExpression(
                    "Expected '" + c + "', but got '" + text.substring(Math.min(at, text.length())) + "'");
        }
    }

    private boolean next(char c) throws NotAnExpression {
        if (peek() == c) {
            at++;
            return true;
        }
        return false;
    }

    private char peek() throws NotAnExpression {
        if (at >= text.length()) {
            throw new NotAnExpression("Expected more, but '" + text + "' ends");
        }
        return text.charAt(at);
    }

    private void skip() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }
}
