/**
 * Amazon States Language, as AWS runs it: definitions, data flow and a pure step function. Nothing here does I/O, reads a clock or draws
 * random numbers; whoever drives a machine gives the time and a seed and performs the effects.
 */
package io.triggerflow.asl;
