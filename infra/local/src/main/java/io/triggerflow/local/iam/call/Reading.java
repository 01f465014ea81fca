package io.triggerflow.local.iam.call;

import io.triggerflow.local.gateway.Guard;
import io.triggerflow.local.iam.Access;
import java.io.IOException;
import java.util.List;

/** Finds out which permissions a request of one service needs. */
@FunctionalInterface
interface Reading {
    /**
     * Reads a request.
     *
     * @return all that the caller must be allowed to do; empty for what everybody may
     * @throws UnknownCallException when nobody knows
     */
    List<Access> of(Guard.Call call) throws IOException;
}
