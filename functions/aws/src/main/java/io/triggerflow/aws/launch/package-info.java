/** Launching functions, and sending events. */
package io.triggerflow.aws.launch;
