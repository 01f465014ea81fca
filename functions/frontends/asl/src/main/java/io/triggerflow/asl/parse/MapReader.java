package io.triggerflow.asl.parse;

import io.triggerflow.asl.model.Iteration;
import io.triggerflow.asl.model.MachineType;
import io.triggerflow.asl.model.Quantity;
import io.triggerflow.asl.model.Resource;
import io.triggerflow.asl.model.Template;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads what a Map iterates over, and how. */
final class MapReader {
    private static final Map<String, Character> DELIMITERS =
            Map.of("COMMA", ',', "PIPE", '|', "SEMICOLON", ';', "SPACE", ' ', "TAB", '\t');
    /** AWS takes tolerances on an inline Map too, where they mean nothing: its first failure fails it. */
    private static final Set<String> DISTRIBUTED_ONLY = Set.of("ItemReader", "ItemBatcher", "ResultWriter", "Label");

    private final Templates templates;
    private final MachineType type;

    MapReader(Templates templates, MachineType type) {
        this.templates = templates;
        this.type = type;
    }

    Iteration read(Fields fields, Fields processor, boolean jsonata) {
        Fields config = processor == null ? null : processor.object("ProcessorConfig");
        boolean distributed = config != null && "DISTRIBUTED".equals(mode(config));
        if (distributed && type == MachineType.EXPRESS) {
            config.report("Express state machine does not support 'DISTRIBUTED' mode", "Mode");
        }
        if (!distributed) {
            DISTRIBUTED_ONLY.stream()
                    .filter(fields::has)
                    .sorted()
                    .forEach(field -> fields.report("Field '" + field + "' is not supported"));
        }
        fields.exclusive("Parameters", "ItemSelector");
        String selector = fields.has("Parameters") && !jsonata ? "Parameters" : "ItemSelector";
        Iteration.Reader reader = reader(fields.object("ItemReader"), jsonata);
        return new Iteration(
                distributed,
                config != null && "EXPRESS".equals(config.text("ExecutionType")),
                label(fields),
                reader == null && !jsonata ? templates.path(fields, "ItemsPath", "$") : null,
                jsonata ? items(fields) : null,
                templates.template(fields, selector, jsonata),
                reader,
                batcher(fields.object("ItemBatcher"), jsonata),
                writer(fields.object("ResultWriter"), jsonata),
                templates.quantity(fields, "MaxConcurrency", jsonata, 0, Integer.MAX_VALUE),
                templates.quantity(fields, "ToleratedFailureCount", jsonata, 0, Integer.MAX_VALUE),
                templates.percentage(fields, "ToleratedFailurePercentage", jsonata));
    }

    private static String mode(Fields config) {
        config.allow(Set.of("Mode", "ExecutionType", "Comment"));
        String mode = config.text("Mode", "INLINE");
        if (!Set.of("INLINE", "DISTRIBUTED").contains(mode)) {
            config.report("The field 'Mode' should have one of these values: [INLINE, DISTRIBUTED]", "Mode");
        }
        String execution = config.text("ExecutionType");
        if (execution != null && !Set.of("STANDARD", "EXPRESS").contains(execution)) {
            config.report(
                    "The field 'ExecutionType' should have one of these values: [STANDARD, EXPRESS]", "ExecutionType");
        }
        if (mode.equals("DISTRIBUTED")) {
            config.require("ExecutionType");
        }
        return mode;
    }

    private static String label(Fields fields) {
        String label = fields.text("Label");
        if (label != null
                && (label.isEmpty()
                        || label.length() > 40
                        || label.matches(".*[\\s?*<>{}\\[\\]:;,\\\\|^~$#%&`\"].*"))) {
            fields.report(new Diagnostic(Diagnostic.LABEL, "Invalid label name: " + label, fields.at("Label")));
        }
        return label;
    }

    private Template items(Fields fields) {
        Object items = fields.get("Items");
        if (fields.has("Items") && !(items instanceof List || items instanceof String || items instanceof Map)) {
            fields.report("The field 'Items' must be an array or a JSONata expression", "Items");
        }
        return templates.template(fields, "Items", true);
    }

    private Iteration.Reader reader(Fields fields, boolean jsonata) {
        if (fields == null) {
            return null;
        }
        fields.allow(Set.of("Resource", "Parameters", "Arguments", "ReaderConfig", "Comment"));
        fields.require("Resource");
        String arn = fields.text("Resource", "");
        Resource resource =
                Resources.parse(arn).filter(r -> r.service().equals("s3")).orElse(null);
        if (resource == null && fields.has("Resource")) {
            StateReader.unknown(fields, arn);
        }
        Fields config = fields.object("ReaderConfig");
        boolean lists = resource != null && resource.action().equals("listObjectsV2");
        if (config == null) {
            if (!lists) {
                fields.require("ReaderConfig");
            }
            return new Iteration.Reader(
                    resource, arguments(fields, jsonata), Iteration.InputType.LISTING, false, null, null, null);
        }
        config.allow(Set.of(
                "InputType",
                "CSVHeaderLocation",
                "CSVHeaders",
                "CSVDelimiter",
                "MaxItems",
                "MaxItemsPath",
                "ItemsPointer",
                "Transformation",
                "ManifestType"));
        boolean loads = "LOAD_AND_FLATTEN".equals(config.oneOf("Transformation", "NONE", "LOAD_AND_FLATTEN"));
        config.oneOf("ManifestType", "S3_INVENTORY", "ATHENA_DATA");
        if (loads && !lists) {
            config.report("The value LOAD_AND_FLATTEN is only for s3:listObjectsV2", "Transformation");
        }
        return new Iteration.Reader(
                resource,
                arguments(fields, jsonata),
                lists && !loads ? Iteration.InputType.LISTING : inputType(config),
                loads,
                csv(config),
                templates.quantity(config, "MaxItems", jsonata, 0, 100_000_000),
                config.text("ItemsPointer"));
    }

    private Template arguments(Fields fields, boolean jsonata) {
        return templates.template(
                fields, jsonata ? "Arguments" : "Parameters", jsonata ? "ItemReader/Arguments" : "Parameters", jsonata);
    }

    private static Iteration.InputType inputType(Fields config) {
        config.require("InputType");
        String type = config.text("InputType", "JSON");
        if (!Set.of("CSV", "JSON", "JSONL", "MANIFEST", "PARQUET").contains(type)) {
            config.report(
                    "The field 'InputType' should have one of these values: [CSV, JSON, JSONL, PARQUET, MANIFEST]",
                    "InputType");
            return Iteration.InputType.JSON;
        }
        return Iteration.InputType.valueOf(type);
    }

    private static Iteration.Csv csv(Fields config) {
        String location = config.text("CSVHeaderLocation", "FIRST_ROW");
        if (!Set.of("FIRST_ROW", "GIVEN").contains(location)) {
            config.report(
                    "The field 'CSVHeaderLocation' should have one of these values: [FIRST_ROW, GIVEN]",
                    "CSVHeaderLocation");
        }
        if (location.equals("GIVEN")) {
            config.require("CSVHeaders");
        }
        List<String> headers = new ArrayList<>();
        config.array("CSVHeaders").forEach(h -> headers.add(String.valueOf(h)));
        String delimiter = config.text("CSVDelimiter", "COMMA");
        if (!DELIMITERS.containsKey(delimiter)) {
            config.report(
                    "The field 'CSVDelimiter' should have one of these values: [COMMA, PIPE, SEMICOLON, SPACE, TAB]",
                    "CSVDelimiter");
        }
        return new Iteration.Csv(location.equals("GIVEN") ? headers : null, DELIMITERS.getOrDefault(delimiter, ','));
    }

    private Iteration.Batcher batcher(Fields fields, boolean jsonata) {
        if (fields == null) {
            return null;
        }
        fields.allow(Set.of(
                "BatchInput",
                "MaxItemsPerBatch",
                "MaxItemsPerBatchPath",
                "MaxInputBytesPerBatch",
                "MaxInputBytesPerBatchPath",
                "Comment"));
        Quantity items = templates.quantity(fields, "MaxItemsPerBatch", jsonata, 1, 100_000_000);
        Quantity bytes = templates.quantity(fields, "MaxInputBytesPerBatch", jsonata, 1, 262_144);
        if (items == null && bytes == null) {
            fields.report("At least one of these fields is required: [MaxItemsPerBatch, MaxInputBytesPerBatch]");
        }
        return new Iteration.Batcher(
                templates.template(fields, "BatchInput", "ItemBatcher/BatchInput", jsonata), items, bytes);
    }

    private Iteration.Writer writer(Fields fields, boolean jsonata) {
        if (fields == null) {
            return null;
        }
        fields.allow(Set.of("Resource", "Parameters", "Arguments", "WriterConfig", "Comment"));
        String arn = fields.text("Resource");
        Resource resource = arn == null
                ? null
                : Resources.parse(arn).filter(r -> r.service().equals("s3")).orElse(null);
        if (arn != null && resource == null) {
            StateReader.unknown(fields, arn);
        }
        if (arn == null && !fields.has("WriterConfig")) {
            fields.report("At least one of these fields is required: [Resource, WriterConfig]");
        }
        Fields config = fields.object("WriterConfig");
        if (config != null) {
            config.allow(Set.of("OutputType", "Transformation", "Comment"));
        }
        String transformation = config == null ? null : config.oneOf("Transformation", "NONE", "COMPACT", "FLATTEN");
        return new Iteration.Writer(
                resource,
                templates.template(
                        fields,
                        jsonata ? "Arguments" : "Parameters",
                        jsonata ? "ResultWriter/Arguments" : "Parameters",
                        jsonata),
                transformation == null ? null : Iteration.Transformation.valueOf(transformation),
                config != null && "JSONL".equals(config.oneOf("OutputType", "JSON", "JSONL")));
    }
}
