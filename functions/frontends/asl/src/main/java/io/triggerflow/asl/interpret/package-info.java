/**
 * The pure step function: {@link io.triggerflow.asl.interpret.Interpreter} takes a {@link io.triggerflow.asl.interpret.Frame} and says what
 * happened (events) and what shall happen next (one effect). Whoever performs the effects resumes the frame with an outcome.
 */
package io.triggerflow.asl.interpret;
