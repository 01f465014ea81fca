/** A state machine's definition as immutable records; made by {@code parse}, which has checked it. */
package io.triggerflow.asl.model;
