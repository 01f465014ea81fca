/** The one port: routing, proxying, the small services, faults at the wire. */
package io.triggerflow.local.gateway;
