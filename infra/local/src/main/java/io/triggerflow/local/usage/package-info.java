/** Counts what would be billed on AWS: requests, capacity units, invocations. */
package io.triggerflow.local.usage;
