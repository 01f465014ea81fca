/** The command line: verbs over {@link io.triggerflow.client}, and those that start the local runtime in this process. */
package io.triggerflow.cli;
