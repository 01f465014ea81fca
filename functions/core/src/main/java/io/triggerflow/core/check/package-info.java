/**
 * What is wrong with triggers before anything is deployed: the graph of who may activate whom, and runs that the engine itself decides in memory,
 * one for each way in which things may come out, within counted bounds. Pure: a definition in, findings out; the same each time.
 */
package io.triggerflow.core.check;
