/**
 * Conformance of state machines: recorded cases in, verdicts out. {@link io.triggerflow.tests.asl.Conformance} reads cases and judges what a
 * {@link io.triggerflow.tests.asl.Driver} observed; which driver runs the machines is open: {@code DirectDriver} calls the interpreter.
 */
package io.triggerflow.tests.asl;
