/** What the functions tell CloudWatch, as log lines that it makes metrics of. */
package io.triggerflow.aws.metrics;
