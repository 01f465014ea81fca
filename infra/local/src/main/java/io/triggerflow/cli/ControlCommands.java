package io.triggerflow.cli;

import io.triggerflow.client.Run;
import io.triggerflow.client.RunHandle;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Pausing, resuming and cancelling runs. */
final class ControlCommands {
    private ControlCommands() {}

    private abstract static class Control extends Verb {
        @Parameters(paramLabel = "RUN", description = "The run's name.")
        private String name;

        Control(Session session) {
            super(session);
        }

        abstract Run change(RunHandle run);

        abstract String done();

        @Override
        public Integer call() {
            Run run = change(session().workspace().run(name));
            session().answer(Runs.json(run), done() + " " + name + ": " + run.status());
            return Exit.OK;
        }
    }

    /** Holds a run's events. */
    @Command(name = "pause", description = "Hold a run's events until it is resumed.", mixinStandardHelpOptions = true)
    static final class Pause extends Control {
        Pause(Session session) {
            super(session);
        }

        @Override
        Run change(RunHandle run) {
            return run.pause();
        }

        @Override
        String done() {
            return "Paused";
        }
    }

    /** Lets a run go on. */
    @Command(name = "resume", description = "Let a paused run go on.", mixinStandardHelpOptions = true)
    static final class Resume extends Control {
        Resume(Session session) {
            super(session);
        }

        @Override
        Run change(RunHandle run) {
            return run.resume();
        }

        @Override
        String done() {
            return "Resumed";
        }
    }

    /** Ends a run. */
    @Command(name = "cancel", description = "End a run and its children.", mixinStandardHelpOptions = true)
    static final class Cancel extends Control {
        Cancel(Session session) {
            super(session);
        }

        @Override
        Run change(RunHandle run) {
            return run.cancel();
        }

        @Override
        String done() {
            return "Asked to cancel";
        }
    }
}
