package io.triggerflow.asl.interpret;

import io.triggerflow.asl.data.Scope;
import io.triggerflow.asl.json.Json;
import io.triggerflow.asl.model.Iteration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** ItemBatcher: several items for one child execution. */
final class Batches {
    private Batches() {}

    static List<Object> of(Visit visit, Iteration iteration, List<Object> items, Scope scope) {
        Iteration.Batcher batcher = iteration.batcher();
        long most = batcher.maxItems() == null ? Long.MAX_VALUE : visit.queries.integer(batcher.maxItems(), scope);
        long bytes = batcher.maxBytes() == null ? Output.MAX_BYTES : visit.queries.integer(batcher.maxBytes(), scope);
        Object input = batcher.input() == null ? null : visit.queries.fill(batcher.input(), visit.jsonata(), scope);
        List<Object> batches = new ArrayList<>();
        List<Object> batch = new ArrayList<>();
        long around = Json.size(batch(batcher, input, List.of()));
        long used = around;
        for (int i = 0; i < items.size(); i++) {
            Object item = Maps.select(visit, iteration, i, items.get(i), scope);
            long size = Json.size(item) + 1L;
            if (!batch.isEmpty() && (batch.size() >= most || used + size > bytes)) {
                batches.add(batch(batcher, input, batch));
                batch = new ArrayList<>();
                used = around;
            }
            batch.add(item);
            used += size;
        }
        if (!batch.isEmpty()) {
            batches.add(batch(batcher, input, batch));
        }
        return batches;
    }

    private static Map<String, Object> batch(Iteration.Batcher batcher, Object input, List<Object> items) {
        Map<String, Object> batch = new LinkedHashMap<>();
        if (batcher.input() != null) {
            batch.put("BatchInput", input);
        }
        batch.put("Items", items);
        return batch;
    }
}
