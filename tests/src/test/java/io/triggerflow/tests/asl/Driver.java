package io.triggerflow.tests.asl;

/** Runs a case to its end. Throws what it likes: that is a failure of the case. */
interface Driver {
    Observed run(AslCase test) throws Exception;
}
