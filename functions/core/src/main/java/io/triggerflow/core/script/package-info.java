/**
 * The engine in one process, in memory, on a clock that stands still until it is told to go on: a script of steps plays the outside world. The
 * same steps give the same history, each time. For what is asked before anything is deployed.
 */
package io.triggerflow.core.script;
