package io.triggerflow.aws.event;

import io.triggerflow.core.model.Address;
import java.util.Optional;

/** Finds the launch that a request was, for functions whose payload could not carry it. Thread-safe. */
@FunctionalInterface
public interface Receipts {
    Optional<Address> find(String requestId);
}
