package io.triggerflow.core.definition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.triggerflow.core.model.Definition;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SizeTest {
    /** Processor time, which other programs do not lengthen, of the second reading: the first one pays for loading the classes. */
    @Test
    void tenThousandTriggersAreReadInTwoSeconds() {
        List<Object> triggers = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            triggers.add(Bundles.quoted(
                    "{'id':'t%d','on':[{'task':'t%d','outcome':'any'},{'type':'x','data':{'n':[%d],'name':[{'prefix':'p%d'}]}}],'condition':{'when':'{%% $event.data.n = %d %%}'},"
                                    .formatted(i, i - 1, i, i, i)
                            + "'actions':[{'invoke':{'function':'f','payload':{'n':'{%% $event.data.n + %d %%}'}}},{'emit':{'type':'y','subject':'s%d'}}]}"
                                    .formatted(i, i)));
        }
        Map<String, Object> bundle = Map.of("workflow", "large", "triggers", triggers);
        assertEquals(10_000, Bundles.READER.definition(bundle).triggers().size());
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long start = threads.getCurrentThreadCpuTime();
        Definition definition = Bundles.READER.definition(bundle);
        Duration took = Duration.ofNanos(threads.getCurrentThreadCpuTime() - start);
        System.out.println("SizeTest: 10,000 triggers read in " + took.toMillis() + " ms of processor time");
        assertTrue(took.compareTo(Duration.ofSeconds(2)) < 0, "Expected less than 2 s, but it took " + took);
        assertEquals(definition, Bundles.READER.definition(DefinitionWriter.write(definition)));
    }
}
