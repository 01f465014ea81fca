/**
 * DAGs of tasks as a front end: a definition becomes triggers of the one engine.
 *
 * <p>How a DAG is compiled. Each task {@code t} ends exactly once, with an event whose subject is {@code t:end} and whose type tells its
 * outcome to joins: succeeded, skipped, or failed (of itself, or because of its upstreams: {@code data.outcome} tells which). Which trigger
 * fired tells it in the run's history ({@link io.triggerflow.dag.TaskState}). It is emitted
 * within the turn of whatever ended the task, so that it costs nothing of its own, and the entry of that turn makes it the only one.
 *
 * <ul>
 *   <li>{@code t} launches: at the start, on the end of its one upstream, or when {@code t:when} says so ({@code dag.run})
 *   <li>{@code t:when} joins the ends of several upstreams, and decides by the trigger rule
 *   <li>{@code t:skipped} and {@code t:upstream_failed} end a task that does not run
 *   <li>{@code t:end} and {@code t:failed} turn the end of the launch into the end of the task
 *   <li>{@code run:done} joins the ends that imply all others, and ends the run
 * </ul>
 *
 * <p>Results travel with the ends, as far as somebody downstream mentions them; while a function runs, they are kept beside its launch.
 * So no step reads or writes anything but its own entry, and joins. Pure; all public classes are thread-safe unless they say otherwise.
 */
package io.triggerflow.dag;
