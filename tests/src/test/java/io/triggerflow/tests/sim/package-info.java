/** The world of the engine, simulated: every port in memory, a clock that is set, faults and interleavings that follow from a seed. */
package io.triggerflow.tests.sim;
