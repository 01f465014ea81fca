package io.triggerflow.core.composite;

import java.time.Duration;
import java.util.List;

/** The words of a text, one after the other. Each method that takes a word of a kind throws {@link CompositeException} for another. */
final class Tokens {
    private final List<Token> all;
    private int position;

    Tokens(String text) {
        if (text.length() > Words.MAX_TEXT) {
            throw new CompositeException(
                    "", "Expected a text of at most " + Words.MAX_TEXT + " characters, but got " + text.length());
        }
        all = Token.all(text);
    }

    Token peek() {
        return all.get(position);
    }

    Token next() {
        Token token = all.get(position);
        position = Math.min(position + 1, all.size() - 1);
        return token;
    }

    void take(String sign) {
        Token token = next();
        if (!token.is(sign)) {
            throw expected("'" + sign + "'", token);
        }
    }

    int count() {
        Token token = next();
        if (token.kind() != Token.Kind.NUMBER || token.text().length() > 9) {
            throw expected("a whole number", token);
        }
        return Integer.parseInt(token.text());
    }

    Duration duration() {
        Token token = next();
        return Words.duration(token.text()).orElseThrow(() -> expected("a duration such as PT30S or P1D", token));
    }

    <E extends Enum<E>> E word(Class<E> type) {
        Token token = next();
        return Words.value(type, token.text()).orElseThrow(() -> expected(Words.words(type), token));
    }

    static CompositeException expected(String what, Token but) {
        return Token.at("Expected " + what + ", but " + but.described(), but.at());
    }
}
