/** Injected faults: {@link io.triggerflow.local.fault.Faults}. */
package io.triggerflow.local.fault;
