/** The HTTP API: JSON over the verbs of {@link io.triggerflow.core.control.Control}. */
package io.triggerflow.aws.api;
