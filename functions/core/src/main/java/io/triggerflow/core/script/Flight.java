package io.triggerflow.core.script;

import io.triggerflow.core.model.Address;

/**
 * A launch whose end has not come yet.
 *
 * @param address which launch; its task is what a script calls it by
 * @param trigger whose launch; empty for a child run
 * @param what the function, or the workflow of a child run
 * @param payload the function's payload, or the child's input
 * @param child whether it is a child run; children are not played, they only end
 */
public record Flight(Address address, String trigger, String what, Object payload, boolean child) {
    /** What belongs together: all items of one fan-out, or one launch. */
    public String group() {
        return address.entry() + "|" + address.position();
    }
}
