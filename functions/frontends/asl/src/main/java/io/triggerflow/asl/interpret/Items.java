package io.triggerflow.asl.interpret;

import io.triggerflow.asl.data.StateFailure;
import io.triggerflow.asl.json.Json;
import io.triggerflow.asl.json.JsonException;
import io.triggerflow.asl.model.Iteration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The items in what a Map's reader read. */
public final class Items {
    private Items() {}

    /**
     * @param limit at most so many, 0: all
     * @throws StateFailure States.ItemReaderFailed when the text is not what the reader expects
     */
    public static List<Object> read(String text, Iteration.Reader reader, long limit) {
        long most = limit == 0 ? Long.MAX_VALUE : limit;
        return switch (reader.type()) {
            case CSV -> csv(text, reader.csv(), most);
            case JSON -> json(text, reader.pointer(), most);
            case JSONL -> lines(text, most);
            case MANIFEST, PARQUET, LISTING ->
                throw failed("The input type " + reader.type() + " cannot be read from one text");
        };
    }

    private static List<Object> json(String text, String pointer, long most) {
        Object value = at(parse(text), pointer);
        List<Object> items = new ArrayList<>();
        if (value instanceof List<?> list) {
            list.stream().limit(most).forEach(items::add);
        } else if (value instanceof Map<?, ?> map) {
            map.entrySet().stream().limit(most).forEach(entry -> {
                Map<String, Object> item = new LinkedHashMap<>();
                item.put("Key", entry.getKey());
                item.put("Value", entry.getValue());
                items.add(item);
            });
        } else {
            throw failed("Attempting to map over non-iterable node.");
        }
        return items;
    }

    private static Object at(Object value, String pointer) {
        Object at = value;
        for (String step : pointer == null || pointer.isEmpty()
                ? new String[0]
                : pointer.substring(1).split("/", -1)) {
            String name = step.replace("~1", "/").replace("~0", "~");
            if (at instanceof Map<?, ?> map && map.containsKey(name)) {
                at = map.get(name);
            } else if (at instanceof List<?> list && name.matches("\\d{1,9}") && Integer.parseInt(name) < list.size()) {
                at = list.get(Integer.parseInt(name));
            } else {
                throw failed("ItemsPointer " + pointer + " finds nothing");
            }
        }
        return at;
    }

    private static List<Object> lines(String text, long most) {
        return text.lines()
                .filter(line -> !line.isBlank())
                .limit(most)
                .<Object>map(Items::parse)
                .collect(java.util.stream.Collectors.toCollection(ArrayList::new));
    }

    private static Object parse(String text) {
        try {
            return Json.parse(text);
        } catch (JsonException e) {
            throw failed("Unable to parse the input: " + e.getMessage());
        }
    }

    private static List<Object> csv(String text, Iteration.Csv csv, long most) {
        List<List<String>> rows = Csv.rows(text, csv.delimiter());
        if (csv.headers() == null && rows.isEmpty()) {
            return List.of();
        }
        List<String> headers = csv.headers() == null ? rows.getFirst() : csv.headers();
        List<Object> items = new ArrayList<>();
        for (List<String> row : csv.headers() == null ? rows.subList(1, rows.size()) : rows) {
            if (items.size() >= most) {
                break;
            }
            Map<String, Object> item = new LinkedHashMap<>();
            for (int i = 0; i < headers.size(); i++) {
                item.put(headers.get(i), i < row.size() ? row.get(i) : "");
            }
            items.add(item);
        }
        return items;
    }

    private static StateFailure failed(String cause) {
        return StateFailure.plain(StateFailure.ITEM_READER, cause);
    }
}
