package io.triggerflow.core.model;

/**
 * Whose triggers an event is for: a workspace's standing triggers ({@code run} empty), or one run's.
 *
 * @param workspace the isolation unit; never empty
 * @param run the run's name within its workspace, or empty for the workspace itself
 */
public record Scope(String workspace, String run) {
    /** The longest workspace or run name: it becomes part of a DynamoDB partition key, which may hold 2,048 bytes. */
    public static final int MAX_NAME = 200;

    public Scope {
        if (!isName(workspace)) {
            throw new IllegalArgumentException("Expected a workspace name of 1 to " + MAX_NAME
                    + " characters from A-Z a-z 0-9 . _ : / @ + -, but got '" + workspace + "'");
        }
        if (!run.isEmpty() && !isName(run)) {
            throw new IllegalArgumentException("Expected a run name of 1 to " + MAX_NAME
                    + " characters from A-Z a-z 0-9 . _ : / @ + -, but got '" + run + "'");
        }
    }

    /** The workspace's own scope. */
    public static Scope workspace(String workspace) {
        return new Scope(workspace, "");
    }

    /** Whether this is a run, not a workspace. */
    public boolean isRun() {
        return !run.isEmpty();
    }

    /** The scope of this scope's workspace. */
    public Scope ofWorkspace() {
        return isRun() ? workspace(workspace) : this;
    }

    /** Whether a text may name a workspace or a run: no {@code #} or {@code |}, which separate the parts of keys. */
    public static boolean isName(String text) {
        return !text.isEmpty() && text.length() <= MAX_NAME && text.chars().allMatch(Scope::isNameCharacter);
    }

    private static boolean isNameCharacter(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || "._:/@+-".indexOf(c) >= 0;
    }

    @Override
    public String toString() {
        return isRun() ? workspace + "/" + run : workspace;
    }
}
