package io.triggerflow.core.check;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What data look like, as far as the expressions that read them tell: fields, which of them are lists, and the values that decide. Made up
 * data are never more than an example: what follows from them is shown, not proved.
 */
final class Shape {
    /** Of one field; more values than these decide little. */
    private static final int MAX_VALUES = 4;

    private static final String LITERAL = "(\"[^\"]*\"|'[^']*'|-?\\d+(?:\\.\\d+)?|true\\b|false\\b)";
    private static final Pattern AFTER = Pattern.compile("^\\s*(<=|>=|!=|=|<|>)\\s*" + LITERAL);
    private static final Pattern BEFORE = Pattern.compile(LITERAL + "\\s*(<=|>=|!=|=|<|>)\\s*$");
    private static final Pattern AMONG = Pattern.compile("^\\s*in\\s*\\[([^\\]]*)\\]");
    private static final Pattern OF_LIST = Pattern.compile(
            "\\$(count|sum|max|min|average|map|filter|each|reduce|sort|reverse|distinct|join|append)\\(\\s*$");
    private static final Pattern EXISTS = Pattern.compile("\\$exists\\(\\s*$");
    private static final Object ABSENT = new Object();

    /** Whose data an expression reads. */
    enum Prefix {
        EVENT("event\\.data"),
        INPUT("run\\.input"),
        /** The data of many events, each of which has the shape. */
        RESULTS("results");

        private final Pattern paths;

        Prefix(String regex) {
            paths = Pattern.compile("(?<![A-Za-z0-9_.])\\$?" + regex
                    + "((?:\\.[A-Za-z_][A-Za-z0-9_]*(?![A-Za-z0-9_]|\\())*)(?![A-Za-z0-9_])");
        }
    }

    private final Map<String, Shape> fields = new TreeMap<>();
    private final Set<Object> values = new LinkedHashSet<>();
    private boolean list;

    /** Reads what an expression does with paths that begin with one of these prefixes, for instance {@code event.data}. */
    void read(Texts.Text text, Prefix prefix) {
        String source = text.source();
        Matcher path = prefix.paths.matcher(source);
        while (path.find()) {
            Shape shape = at(path.group(1));
            String before = source.substring(0, path.start());
            String after = source.substring(path.end());
            boolean whole = before.isBlank() && after.isBlank();
            boolean manyAnyway = prefix == Prefix.RESULTS && path.group(1).isEmpty();
            boolean many = whole && text.use() == Texts.Use.LIST
                    || OF_LIST.matcher(before).find()
                    || after.startsWith("[");
            shape.list |= many && !manyAnyway && !(prefix == Prefix.RESULTS && !after.startsWith("["));
            if (whole && text.use() == Texts.Use.TIME) {
                shape.values.add("PT10S");
            }
            shape.compared(before, after, text.use());
        }
    }

    private Shape at(String dotted) {
        Shape shape = this;
        for (String name : dotted.split("\\.")) {
            if (!name.isEmpty()) {
                shape = shape.fields.computeIfAbsent(name, n -> new Shape());
            }
        }
        return shape;
    }

    private void compared(String before, String after, Texts.Use use) {
        Matcher right = AFTER.matcher(after);
        Matcher left = BEFORE.matcher(before);
        Matcher among = AMONG.matcher(after);
        boolean counted = Pattern.compile("\\$count\\(\\s*$").matcher(before).find();
        if (right.find()) {
            literal(right.group(1), right.group(2));
        } else if (left.find()) {
            literal(flipped(left.group(2)), left.group(1));
        } else if (among.find()) {
            Matcher each = Pattern.compile(LITERAL).matcher(among.group(1));
            while (each.find()) {
                values.add(value(each.group(1)));
            }
            values.add("other");
        } else if (EXISTS.matcher(before).find()) {
            values.add(1);
            values.add(ABSENT);
        } else if (use == Texts.Use.CONDITION && !counted) {
            values.add(true);
            values.add(false);
        }
    }

    private static String flipped(String operator) {
        return switch (operator) {
            case "<" -> ">";
            case ">" -> "<";
            case "<=" -> ">=";
            case ">=" -> "<=";
            default -> operator;
        };
    }

    /** A value for which the comparison is true, and one for which it is not. */
    private void literal(String operator, String text) {
        Object value = value(text);
        if (value instanceof Boolean b) {
            values.add(b);
            values.add(!b);
        } else if (value instanceof Number n) {
            int step = operator.startsWith(">") ? -1 : 1;
            boolean strict = operator.equals(">") || operator.equals("<");
            values.add(strict ? plus(n, -step) : value);
            values.add(strict ? value : plus(n, step));
        } else {
            values.add(value);
            values.add("other");
        }
    }

    private static Object plus(Number n, int step) {
        return n instanceof Integer i ? (Object) (i + step) : (Object) (n.doubleValue() + step);
    }

    private static Object value(String literal) {
        if (literal.startsWith("\"") || literal.startsWith("'")) {
            return literal.substring(1, literal.length() - 1);
        }
        if (literal.equals("true") || literal.equals("false")) {
            return Boolean.valueOf(literal);
        }
        return literal.contains(".") || literal.length() > 9
                ? (Object) Double.valueOf(literal)
                : Integer.valueOf(literal);
    }

    /** In how many ways these data decide something. */
    int variants() {
        int own = Math.min(MAX_VALUES, Math.max(1, values.size()));
        return fields.values().stream().mapToInt(Shape::variants).reduce(own, Math::max);
    }

    boolean isEmpty() {
        return fields.isEmpty() && values.isEmpty() && !list;
    }

    /**
     * Data of this shape.
     *
     * @param variant which of the deciding values
     * @param tag a number that stands where any value would do
     */
    Object sample(int variant, int tag) {
        Object one = single(variant, tag);
        return list && !(one instanceof List) ? List.of(one, single(variant, tag + 1)) : one;
    }

    private Object single(int variant, int tag) {
        if (fields.isEmpty()) {
            return values.isEmpty() ? tag : List.copyOf(values).get(variant % values.size());
        }
        Map<String, Object> map = new LinkedHashMap<>();
        fields.forEach((name, shape) -> {
            Object value = shape.sample(variant, tag);
            if (value != ABSENT) {
                map.put(name, value);
            }
        });
        return map;
    }
}
