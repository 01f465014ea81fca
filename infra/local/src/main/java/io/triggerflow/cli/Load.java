package io.triggerflow.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What is asked of a deployment in a month.
 *
 * @param runs that are started
 * @param transitions events that end one task and launch the next, in all runs
 * @param members events that arrive at joins, in all runs
 * @param batch messages that an invocation of the engine has
 * @param kilobytes of an event with its data
 * @param engineGigabytes of memory
 * @param runSeconds how long a run takes
 * @param functionGigabyteSeconds of the user's own functions
 */
record Load(
        double runs,
        double transitions,
        double members,
        int batch,
        double kilobytes,
        double engineGigabytes,
        double runSeconds,
        double functionGigabyteSeconds) {
    /** Events that the engine takes from its queue: the start of each run, and the end of each task. */
    double events() {
        return runs + transitions + members;
    }

    double steps() {
        return transitions + members;
    }

    /** 0 when nobody says how many runs there are. */
    double stepsARun() {
        return runs == 0 ? 0 : steps() / runs;
    }

    Load times(double factor) {
        return new Load(
                runs * factor,
                transitions * factor,
                members * factor,
                batch,
                kilobytes,
                engineGigabytes,
                runSeconds,
                functionGigabyteSeconds * factor);
    }

    ObjectNode json() {
        return Session.JSON
                .createObjectNode()
                .put("runs", runs)
                .put("transitions", transitions)
                .put("members", members)
                .put("batch", batch)
                .put("kilobytes", kilobytes)
                .put("engineGigabytes", engineGigabytes)
                .put("runSeconds", runSeconds)
                .put("functionGigabyteSeconds", functionGigabyteSeconds);
    }
}
