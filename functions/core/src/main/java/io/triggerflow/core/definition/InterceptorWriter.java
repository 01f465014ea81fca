package io.triggerflow.core.definition;

import io.triggerflow.core.model.Interceptor;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes interceptors in the normalised form. */
final class InterceptorWriter {
    private InterceptorWriter() {}

    static List<Object> write(List<Interceptor> interceptors) {
        return interceptors.stream().<Object>map(InterceptorWriter::write).toList();
    }

    static Map<String, Object> write(Interceptor i) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("id", i.id());
        boolean isAny = i.which().trigger().equals("*")
                && (i.which().condition().isPresent() || i.which().action().isPresent());
        if (!isAny) {
            tree.put("trigger", i.which().trigger());
        }
        i.which().condition().ifPresent(c -> tree.put("condition", c));
        i.which().action().ifPresent(a -> tree.put("action", a));
        switch (i.point()) {
            case BEFORE_CONDITION -> tree.put("before", "condition");
            case INSTEAD_OF_CONDITION -> tree.put("instead", "condition");
            case AFTER_CONDITION -> tree.put("after", "condition");
            case BEFORE_ACTION -> tree.put("before", "action");
            case INSTEAD_OF_ACTION -> tree.put("instead", "action");
            case AFTER_ACTION -> tree.put("after", "action");
        }
        if (i.priority() != 0) {
            tree.put("priority", i.priority());
        }
        i.when().ifPresent(w -> tree.put("when", Templates.marked(w)));
        if (!i.actions().isEmpty() || i.point() == Interceptor.Point.INSTEAD_OF_ACTION) {
            tree.put("do", ActionWriter.write(i.actions()));
        }
        change(i.change(), tree);
        if (i.onError() != Interceptor.OnError.FAIL) {
            tree.put("onError", Cursor.word(i.onError()));
        }
        return tree;
    }

    private static void change(Interceptor.Change change, Map<String, Object> tree) {
        change.holds().ifPresent(h -> tree.put("holds", Templates.marked(h)));
        change.data().ifPresent(d -> tree.put("data", d));
        if (change.skip()) {
            tree.put("skip", true);
        }
        change.hold().ifPresent(h -> h.longest()
                .map(Duration::toString)
                .ifPresentOrElse(d -> tree.put("delay", d), () -> tree.put("hold", true)));
        change.function().ifPresent(f -> tree.put("function", f));
        change.payload().ifPresent(p -> tree.put("payload", p));
        change.answer().ifPresent(a -> tree.put("answer", a));
    }
}
