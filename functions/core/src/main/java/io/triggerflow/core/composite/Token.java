package io.triggerflow.core.composite;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A word of the textual form.
 *
 * @param text as it is written
 * @param at its first character; the first of all is 1
 */
record Token(Kind kind, String text, int at) {
    private static final Pattern NEXT = Pattern.compile("(?<name>[A-Za-z_][A-Za-z0-9_]*([.-][A-Za-z0-9_]+)*)"
            + "|(?<number>[0-9]+)"
            + "|(?<path>\\$(\\.[A-Za-z_][A-Za-z0-9_]*)+)"
            + "|(?<sign>[()\\[\\],;*])");

    enum Kind {
        NAME,
        NUMBER,
        /** {@code $.a.b}. */
        PATH,
        /** Between {@code {%} and {@code %}}, without these. */
        EXPRESSION,
        SIGN,
        END
    }

    boolean is(String word) {
        return text.equals(word) && (kind == Kind.NAME || kind == Kind.SIGN);
    }

    /** For messages. */
    String described() {
        return switch (kind) {
            case END -> "the text ends";
            case EXPRESSION -> "got an expression";
            case NAME, NUMBER, PATH, SIGN ->
                "got '" + (text.length() <= 40 ? text : text.substring(0, 37) + "...") + "'";
        };
    }

    /** The words of a text, with {@link Kind#END} as the last. */
    static List<Token> all(String text) {
        List<Token> tokens = new ArrayList<>();
        Matcher matcher = NEXT.matcher(text);
        int at = 0;
        while (true) {
            while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
                at++;
            }
            if (at == text.length()) {
                tokens.add(new Token(Kind.END, "", at + 1));
                return tokens;
            }
            Token token = text.startsWith(Words.OPEN, at) ? expression(text, at) : word(matcher, text, at);
            tokens.add(token);
            at = token.kind == Kind.EXPRESSION
                    ? text.indexOf(Words.CLOSE, at) + Words.CLOSE.length()
                    : at + token.text.length();
        }
    }

    private static Token expression(String text, int at) {
        int end = text.indexOf(Words.CLOSE, at + Words.OPEN.length());
        if (end < 0) {
            throw at("Expected '" + Words.CLOSE + "' after '" + Words.OPEN + "', but the text ends", at + 1);
        }
        return new Token(Kind.EXPRESSION, text.substring(at + Words.OPEN.length(), end), at + 1);
    }

    private static Token word(Matcher matcher, String text, int at) {
        matcher.region(at, text.length());
        if (!matcher.lookingAt()) {
            throw at(
                    "Expected a word, a number, '$.path', '{% ... %}' or one of ()[],;*, but got '"
                            + Character.toString(text.codePointAt(at)) + "'",
                    at + 1);
        }
        Kind kind = matcher.group("name") != null
                ? Kind.NAME
                : matcher.group("number") != null ? Kind.NUMBER : matcher.group("path") != null ? Kind.PATH : Kind.SIGN;
        return new Token(kind, matcher.group(), at + 1);
    }

    static CompositeException at(String message, int character) {
        return new CompositeException("", message + " at character " + character);
    }
}
