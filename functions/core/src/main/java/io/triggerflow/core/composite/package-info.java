/**
 * Composite events: detection of patterns over events, in the algebra of Snoop with interval semantics (SnoopIB). Pure functions of a
 * state, events and {@code now}, like all decisions. A condition of triggers: {@code decide.Composites} folds the events of a batch into the
 * state of their key, {@code engine.DetectingTurn} commits it and sees to the clock.
 *
 * <h2>Occurrences</h2>
 *
 * An occurrence of an event has a start, an end, and a set of constituents; an occurrence of a primitive event is an instant. Two of one
 * event with the same interval and constituents are one. Occurrences are ordered by end, then start, then constituents; "oldest",
 * "latest", "first" and "then" mean this order. <em>x before y</em> is: end(x) &lt; start(y). Time is in whole milliseconds.
 *
 * <h2>Roles</h2>
 *
 * The <em>initiator</em> begins an occurrence, the <em>detector</em> completes it, the <em>terminator</em> ends what the initiator may
 * begin. Everything is known at the end of an occurrence; of what happens at one instant, initiators and absent events are considered
 * before detectors and terminators.
 *
 * <h2>Operators</h2>
 *
 * An occurrence is made of all its parts, from the earliest start to the latest end, unless another interval is given. D is the time limit
 * ({@code within}); what would take longer from the start of its parts to its end is not considered, and uses nothing up.
 *
 * <ul>
 *   <li>OR: each occurrence of any operand, as it is. No choice, so no context.
 *   <li>SEQ(E1, E2): e1 before e2. e1 initiates, e2 detects and terminates. SEQ of more is SEQ(SEQ(E1, E2), E3), each within D.
 *   <li>NOT(E2)[E1, E3]: as SEQ(E1, E3), without any e2 with end(e1) &lt;= start(e2) and end(e2) &lt;= start(e3).
 *   <li>NOT(E2)[E1, t]: at end(e1) + t, without any e2 with end(e1) &lt;= start(e2) and end(e2) &lt;= end(e1) + t; with that instant as a
 *       constituent. e1 initiates, the clock detects and terminates.
 *   <li>PLUS(E1, t): at end(e1) + t, over that instant alone. e1 initiates, the clock detects and terminates.
 *   <li>AND(E1, ..., En): ANY(n; E1, ..., En).
 *   <li>ANY(m; E1, ..., En): an occurrence of one operand, and what m - 1 others hold. Any of them initiates, and the last detects and
 *       terminates. If more than m - 1 others hold something: in {@code unrestricted} each choice of m - 1 counts, in {@code recent} those
 *       that hold the latest are chosen, else those that hold the oldest.
 *   <li>A(E1, E2, E3): each e2 in a window of e1: e1 before e2, and the window not closed by the end of e2. A window of e1 is closed at the
 *       end of the first e3 with e1 before e3; in {@code chronicle} one e3 closes one window, the oldest (within D). e1 initiates, e2
 *       detects, e3 terminates.
 *   <li>A*(E1, E2, E3): each window of e1 when e3 closes it, with all e2 with e1 before e2 before e3; there may be none. e3 detects and
 *       terminates.
 *   <li>P(E1, [t], E3): each instant end(e1) + k t, k &gt;= 1, in a window of e1, over that instant alone. The clock detects, e3 terminates.
 *   <li>P*(E1, [t], E3): each window of e1 when e3 closes it, with all instants end(e1) + k t before e3.
 *   <li>TIMES(n, E): n occurrences; the last detects. Those that take longer than D do not count.
 *   <li>EVERY(n, E): the 1st to n-th, the (n+1)-th to 2n-th, and so on. No choice, so no context; too long ones are used up.
 * </ul>
 *
 * <h2>Contexts</h2>
 *
 * Which initiators are used with a detector, and what is used up by that. The context of an operator is that of the nearest
 * {@code context} around it, or chronicle. {@code held} gives one constituent another: in SEQ, NOT, A and P the first, in AND and ANY
 * any. Candidates are the initiators that the operator's definition admits with this detector, and that are not used up.
 *
 * <table>
 *   <caption>Contexts</caption>
 *   <tr><th>context</th><th>SEQ, NOT, AND, ANY: an operand's held occurrences</th><th>A, A*, P, P*: windows</th>
 *     <th>NOT and PLUS with a duration</th><th>TIMES</th></tr>
 *   <tr><td>unrestricted</td><td>each candidate; nothing is used up</td><td>each</td><td>each</td><td>each choice of n - 1 earlier ones; nothing is used
 *     up</td></tr>
 *   <tr><td>recent</td><td>the latest of all that have ended by now, if it is a candidate; stays</td><td>that of the latest</td><td>the latest: a
 *     newer one, up to that very instant, takes the place of an older</td><td>the n - 1 directly before, if all are candidates; stay</td></tr>
 *   <tr><td>chronicle</td><td>the oldest candidate; used up</td><td>the oldest; P ticks as that one does</td><td>each</td><td>the oldest n - 1; all n
 *     used up</td></tr>
 *   <tr><td>continuous</td><td>each candidate; all used up</td><td>each</td><td>each</td><td>as recent: each begins a window that the
 *     n-th completes</td></tr>
 *   <tr><td>cumulative</td><td>all candidates folded into one; used up</td><td>all folded; P ticks as the oldest does</td><td>all
 *     that are open when the first is due, folded; used up</td><td>as chronicle</td></tr>
 * </table>
 *
 * In AND and ANY, an occurrence that completes nothing is held; one that does is held, too, if its own context uses nothing up.
 *
 * <p>The definitions are executable: tests evaluate them over whole histories, and the {@link
 * io.triggerflow.core.composite.Detector detector} must detect the same.
 */
package io.triggerflow.core.composite;
