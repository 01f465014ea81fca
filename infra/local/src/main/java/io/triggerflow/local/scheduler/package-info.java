/** EventBridge Scheduler: expressions, schedules that survive a restart, the API. */
package io.triggerflow.local.scheduler;
