package io.triggerflow.tests.sim;

/** Told of every step that a process takes outside of its memory: here it may die, be refused, or be overtaken by another. */
interface Steps {
    /** Nothing ever happens. */
    Steps QUIET = new Steps() {
        @Override
        public void before(String step, boolean mayFail) {}

        @Override
        public void after(String step, boolean mayFail) {}
    };

    /**
     * Before a step is taken.
     *
     * @param mayFail whether the step may fail with a StoreException
     */
    void before(String step, boolean mayFail);

    /** After a step is taken, before its answer is known. */
    void after(String step, boolean mayFail);
}
