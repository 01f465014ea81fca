package io.triggerflow.asl.parse;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The fields of one object of a definition, its place in it, and the list that problems go to. Not thread-safe. */
final class Fields {
    private final Map<?, ?> map;
    private final String location;
    private final List<Diagnostic> problems;

    Fields(Map<?, ?> map, String location, List<Diagnostic> problems) {
        this.map = map;
        this.location = location;
        this.problems = problems;
    }

    String location() {
        return location.isEmpty() ? "/" : location;
    }

    String at(String field) {
        return location + "/" + field;
    }

    void report(String message) {
        problems.add(new Diagnostic(Diagnostic.SCHEMA, message, location()));
    }

    void report(String message, String field) {
        problems.add(new Diagnostic(Diagnostic.SCHEMA, message, at(field)));
    }

    void report(Diagnostic diagnostic) {
        problems.add(diagnostic);
    }

    boolean has(String field) {
        return map.containsKey(field);
    }

    Object get(String field) {
        return map.get(field);
    }

    Map<?, ?> all() {
        return map;
    }

    /** Reports the fields that are not there. */
    boolean require(String... fields) {
        List<String> missing = new ArrayList<>();
        for (String field : fields) {
            if (!has(field)) {
                missing.add(field);
            }
        }
        if (!missing.isEmpty()) {
            report("These fields are required: " + missing);
        }
        return missing.isEmpty();
    }

    /** Reports the fields that do not belong here. */
    void allow(Set<String> allowed) {
        for (Object key : map.keySet()) {
            if (!allowed.contains(String.valueOf(key))) {
                report("Field '" + key + "' is not supported");
            }
        }
    }

    /** Reports more than one of some fields. */
    void exclusive(String... fields) {
        List<String> present = new ArrayList<>();
        for (String field : fields) {
            if (has(field)) {
                present.add(field);
            }
        }
        if (present.size() > 1) {
            report("Only one of these fields is allowed: " + present);
        }
    }

    String text(String field) {
        return typed(field, String.class, "a string");
    }

    String text(String field, String otherwise) {
        String text = text(field);
        return text == null ? otherwise : text;
    }

    /** One of some texts; null if there is none, or another. */
    String oneOf(String field, String... values) {
        String text = text(field);
        if (text == null || List.of(values).contains(text)) {
            return text;
        }
        report("The field '" + field + "' should have one of these values: " + List.of(values), field);
        return null;
    }

    Boolean flag(String field) {
        return typed(field, Boolean.class, "a boolean");
    }

    List<?> array(String field) {
        List<?> list = typed(field, List.class, "an array");
        return list == null ? List.of() : list;
    }

    /** An object's fields; null if there is none. */
    Fields object(String field) {
        Map<?, ?> inner = typed(field, Map.class, "an object");
        return inner == null ? null : new Fields(inner, at(field), problems);
    }

    /** The objects of an array. */
    List<Fields> objects(String field) {
        List<Fields> objects = new ArrayList<>();
        List<?> list = array(field);
        for (int i = 0; i < list.size(); i++) {
            String place = field + "[" + i + "]";
            if (list.get(i) instanceof Map<?, ?> inner) {
                objects.add(new Fields(inner, at(place), problems));
            } else {
                report("The field '" + place + "' must be an object", place);
            }
        }
        return objects;
    }

    /** A whole number within bounds; {@code otherwise} if there is none. */
    long integer(String field, long least, long most, long otherwise) {
        Number number = typed(field, Number.class, "a number");
        if (number == null) {
            return otherwise;
        }
        double value = number.doubleValue();
        if (value != Math.rint(value) || value < least || value > most) {
            report("The field '" + field + "' must be an integer between " + least + " and " + most, field);
            return otherwise;
        }
        return number.longValue();
    }

    private <T> T typed(String field, Class<T> type, String expected) {
        Object value = map.get(field);
        if (!map.containsKey(field)) {
            return null;
        }
        if (!type.isInstance(value)) {
            report("The field '" + field + "' must be " + expected, field);
            return null;
        }
        return type.cast(value);
    }
}
