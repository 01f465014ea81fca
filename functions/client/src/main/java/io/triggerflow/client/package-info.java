/**
 * The Java client of a Triggerflow deployment, on AWS or on one machine: {@link io.triggerflow.client.TriggerflowClient} opens it, a
 * {@link io.triggerflow.client.Workspace} deploys, starts and emits, a {@link io.triggerflow.client.RunHandle} follows one run.
 */
package io.triggerflow.client;
