/** From an event to the triggers that it activates: O(matches), not O(triggers). */
package io.triggerflow.core.route;
