package io.triggerflow.asl.model;

import java.util.List;

/**
 * What a Map iterates over, and how.
 *
 * @param distributed each item is an execution of its own
 * @param express whether those are Express executions
 * @param label of the map run, null without
 * @param itemsPath JSONPath: where the items are; null with a reader or in JSONata
 * @param items JSONata: an array or what gives one; null: the input
 * @param itemSelector what each item's input is made of; null: the item
 * @param reader null without
 * @param batcher null without
 * @param writer null without
 * @param maxConcurrency null: no limit
 * @param toleratedFailureCount null without
 * @param toleratedFailurePercentage null without
 */
public record Iteration(
        boolean distributed,
        boolean express,
        String label,
        String itemsPath,
        Template items,
        Template itemSelector,
        Reader reader,
        Batcher batcher,
        Writer writer,
        Quantity maxConcurrency,
        Quantity toleratedFailureCount,
        Quantity toleratedFailurePercentage) {

    /**
     * Items from S3.
     *
     * @param arguments null without
     * @param loads whether the objects that a listing finds are read, and what is in them are the items
     * @param pointer to the array in a JSON object; null: it is the array
     */
    public record Reader(
            Resource resource,
            Template arguments,
            InputType type,
            boolean loads,
            Csv csv,
            Quantity maxItems,
            String pointer) {
        /** Whether a bucket is listed. */
        public boolean lists() {
            return resource.action().equals("listObjectsV2");
        }
    }

    /** What an object that is read contains. LISTING: nothing, its bucket is listed. */
    public enum InputType {
        LISTING,
        CSV,
        JSON,
        JSONL,
        MANIFEST,
        PARQUET
    }

    /**
     * @param headers given ones; null: the first row has them
     * @param delimiter one character
     */
    public record Csv(List<String> headers, char delimiter) {}

    /** @param input what each batch gets beside its items, null without */
    public record Batcher(Template input, Quantity maxItems, Quantity maxBytes) {}

    /** How results are shaped: whole children with their metadata, outputs, or outputs with arrays made one. */
    public enum Transformation {
        NONE,
        COMPACT,
        FLATTEN
    }

    /**
     * @param resource null: results are not written, only shaped
     * @param arguments null without
     * @param transformation null: the default, NONE for what is written and COMPACT otherwise
     * @param lines whether files have a result a line (JSONL), not an array
     */
    public record Writer(Resource resource, Template arguments, Transformation transformation, boolean lines) {}
}
