/** What the engine needs from the world: each port has exactly two implementations, AWS and simulated. */
package io.triggerflow.core.port;
