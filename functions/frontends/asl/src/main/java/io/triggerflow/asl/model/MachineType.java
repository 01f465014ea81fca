package io.triggerflow.asl.model;

/** What kind of execution a definition is meant for: Express has no callbacks, no .sync and no activities. */
public enum MachineType {
    STANDARD,
    EXPRESS
}
