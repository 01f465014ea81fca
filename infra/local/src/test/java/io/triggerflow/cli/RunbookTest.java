package io.triggerflow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The alarms that are deployed, those that the doctor knows, and those that the runbook explains are the same; what it says to type there is. */
final class RunbookTest {
    private static Set<String> found(String file, String pattern) throws IOException {
        Matcher matcher = Pattern.compile(pattern, Pattern.MULTILINE)
                .matcher(Files.readString(Runtimes.home().resolve("infra").resolve(file)));
        Set<String> found = new TreeSet<>();
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }

    @Test
    void everyAlarmIsExamined() throws IOException {
        assertEquals(new TreeSet<>(StackCheckup.ALARMS), found("alarms.yaml", "AlarmName: !Sub \\$\\{Stack}-(\\w+)$"));
    }

    @Test
    void everyAlarmIsExplained() throws IOException {
        Set<String> sections = found("RUNBOOK.md", "^## (\\w+)$");
        assertTrue(sections.containsAll(StackCheckup.ALARMS), sections::toString);
    }

    @Test
    void everyCommandThatItNamesIsOne() throws IOException {
        Set<String> named =
                found("RUNBOOK.md", "^(?:[^\\n]*`)?triggerflow ((?:[a-z]+)(?: (?:list|show|redrive|purge))?)\\b");
        assertTrue(named.size() > 8, named::toString);
        for (String command : named) {
            Ran help = Ran.of((command + " --help").split(" "));
            assertEquals(0, help.status(), command + ": " + help);
            assertTrue(help.out().contains("triggerflow " + command), command + ": " + help.out());
        }
    }

    @Test
    void everyParameterThatItNamesIsOne() throws IOException {
        String template = Files.readString(Runtimes.template());
        for (String parameter : found("RUNBOOK.md", "\\b([A-Z][A-Za-z]+)=[0-9]")) {
            assertTrue(template.contains("\n  " + parameter + ":\n") || parameter.endsWith("PerSecond"), parameter);
        }
    }
}
