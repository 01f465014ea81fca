/**
 * Decisions: pure functions from a state, an event and {@code now} to what is to be committed. No clock, no chance, no I/O; the same
 * arguments give an equal answer, as often as they are asked (law L1).
 */
package io.triggerflow.core.decide;
