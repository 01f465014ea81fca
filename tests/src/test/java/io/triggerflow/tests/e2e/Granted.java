package io.triggerflow.tests.e2e;

import io.triggerflow.local.LocalRuntime;
import io.triggerflow.local.iam.Permissions;
import io.triggerflow.local.iam.Permissions.Grant;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Watches which permissions the stacks of all end-to-end tests use, and says in the end which nobody did: what could be taken away. */
final class Granted implements BeforeAllCallback {
    private All all;

    /** The stacks of all classes; closed when the last test of all has ended. */
    private static final class All implements AutoCloseable {
        private final Queue<LocalRuntime> runtimes = new ConcurrentLinkedQueue<>();

        @Override
        public void close() {
            // By role and element: a stack may be told with parameters that give its statements other numbers.
            Map<String, Boolean> used = new TreeMap<>();
            long calls = 0;
            for (LocalRuntime runtime : runtimes) {
                Permissions permissions = runtime.permissions();
                calls += permissions.calls().size();
                for (Grant grant : permissions.grants()) {
                    used.merge(
                            grant.role() + " " + grant.element().name().toLowerCase(java.util.Locale.ROOT) + " "
                                    + grant.pattern(),
                            grant.used(),
                            Boolean::logicalOr);
                }
            }
            System.out.println("end to end: " + calls + " distinct calls by functions and services; of " + used.size()
                    + " permissions granted, never used:");
            used.forEach((grant, isUsed) -> {
                if (!isUsed) {
                    System.out.println("  " + grant);
                }
            });
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        all = context.getRoot()
                .getStore(ExtensionContext.Namespace.create(Granted.class))
                .getOrComputeIfAbsent(All.class);
    }

    /** Counts a stack's permissions too. */
    Stack watch(Stack stack) {
        all.runtimes.add(stack.runtime);
        return stack;
    }
}
