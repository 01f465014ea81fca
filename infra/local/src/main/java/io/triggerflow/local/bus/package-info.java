/** EventBridge: buses, rules, targets, and the delivery that the Scheduler and S3 notifications share. */
package io.triggerflow.local.bus;
