package io.triggerflow.aws.store;

import io.triggerflow.core.model.RunStatus;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.ScopeState;
import io.triggerflow.core.port.Registry;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Removes a workspace: by the partitions that are its own, never by a prefix. */
final class Removal {
    private static final int PAGE = 100;

    private final Table table;
    private final Lists lists;
    private final Roots roots;
    private final Mail mail;

    Removal(Table table, Lists lists, Roots roots, Mail mail) {
        this.table = table;
        this.lists = lists;
        this.roots = roots;
        this.mail = mail;
    }

    void workspace(String workspace) {
        for (RunStatus status : RunStatus.values()) {
            if (!status.isFinished()) {
                lists.runs(workspace, Optional.of(status), 1, Optional.empty()).items().stream()
                        .findFirst()
                        .ifPresent(Removal::refuse);
            }
        }
        Scope scope = Scope.workspace(workspace);
        Registry.Page<ScopeState> runs;
        Optional<String> token = Optional.empty();
        do {
            runs = lists.runs(workspace, Optional.empty(), PAGE, token);
            runs.items().forEach(r -> scope(r.scope()));
            token = runs.next();
        } while (token.isPresent());
        partition(Keys.definitions(workspace));
        scope(scope);
    }

    private static void refuse(ScopeState run) {
        throw new IllegalStateException("Expected workspace '" + run.scope().workspace()
                + "' to have no unfinished runs, but run '" + run.scope().run() + "' is " + run.status());
    }

    /** The root goes last: while it is there, the removal can be repeated. */
    private void scope(Scope scope) {
        mail.removeWaits(scope, roots.waits(scope));
        Stream.concat(Keys.entryPartitions(scope).stream(), Stream.of(Keys.partition(scope)))
                .distinct()
                .forEach(this::partition);
        table.delete(Keys.root(scope));
    }

    private void partition(String partition) {
        List<Keys.Key> keys = table.all(partition, "")
                .map(Items::key)
                .filter(k -> !k.s().equals(Keys.ROOT))
                .toList();
        table.write(keys.stream().map(Table::deleteRequest).toList());
    }
}
