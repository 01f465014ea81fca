package io.triggerflow.aws.api;

import io.triggerflow.aws.launch.QueueSink;
import io.triggerflow.aws.metrics.Metrics;
import io.triggerflow.aws.store.Blobs;
import io.triggerflow.aws.store.DynamoStore;
import io.triggerflow.core.control.Control;
import io.triggerflow.core.definition.DefinitionReader;
import io.triggerflow.dag.DagReader;
import java.time.InstantSource;

/**
 * What the API works with.
 *
 * @param reader reads bundles, and says what is wrong with them
 * @param dags the same for DAGs
 * @param defaultWorkspace the workspace of events that name none
 */
public record ApiParts(
        Control control,
        DynamoStore store,
        Blobs blobs,
        QueueSink sink,
        DefinitionReader reader,
        DagReader dags,
        InstantSource clock,
        Metrics metrics,
        String defaultWorkspace) {}
