package io.triggerflow.tests.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.triggerflow.local.template.LocalNames;
import io.triggerflow.local.template.Resource;
import io.triggerflow.local.template.Template;
import io.triggerflow.local.template.TemplateReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The part of the template that LocalStack gets is whole: nothing is missing that something needs, and nothing is changed that need not be. */
class LocalStackTemplateTest {
    private static final String CODE = "s3://bucket/functions.zip";

    private static Map<String, Object> template() {
        return TemplateReader.document(Stack.root().resolve("template.yaml"));
    }

    private static Map<String, Object> section(Map<String, Object> template, String name) {
        return Resource.asMap(template.get(name));
    }

    private static Set<String> lost(String section) {
        Set<String> lost = new TreeSet<>(section(template(), section).keySet());
        lost.removeAll(section(LocalStackTemplate.of(template(), CODE), section).keySet());
        return lost;
    }

    @Test
    void whatLocalStackHasNotIsLeftOutAndNothingElse() {
        assertEquals(Set.of("Alarms", "Api", "ApiUrlParameter", "BusArchive", "Dashboard"), lost("Resources"));
        assertEquals(Set.of("ApiUrl"), lost("Outputs"));
        assertEquals(Set.of(), lost("Parameters"));
        assertEquals(Set.of(), lost("Conditions"));
        assertEquals(
                "AWS::Serverless-2016-10-31",
                LocalStackTemplate.of(template(), CODE).get("Transform"));
    }

    @Test
    void nothingRefersToWhatIsLeftOut() {
        Map<String, Object> made = LocalStackTemplate.of(template(), CODE);
        Set<String> known = new TreeSet<>(section(made, "Resources").keySet());
        known.addAll(section(made, "Parameters").keySet());
        List.of("Resources", "Outputs", "Globals", "Conditions")
                .forEach(name -> LocalStackTemplate.references(made.get(name)).stream()
                        .filter(reference -> !reference.startsWith("AWS"))
                        .forEach(reference -> assertTrue(
                                known.contains(reference),
                                "Expected " + name + " without a reference to " + reference)));
        assertTrue(
                LocalStackTemplate.references(template().get("Resources")).containsAll(Set.of("Api", "Alarms", "Bus")),
                "Expected references to be found at all");
    }

    /** Not a property, a policy or a condition more than the template has, and of functions only what is said. */
    @Test
    void whatStaysIsAsItWas() {
        Map<String, Object> before = section(template(), "Resources");
        section(LocalStackTemplate.of(template(), CODE), "Resources").forEach((id, resource) -> {
            Map<String, Object> was = new LinkedHashMap<>(Resource.asMap(before.get(id)));
            Map<String, Object> is = new LinkedHashMap<>(Resource.asMap(resource));
            if (was.get("DeletionPolicy") instanceof Map) {
                assertEquals("Delete", is.remove("DeletionPolicy"));
                assertEquals("Delete", is.remove("UpdateReplacePolicy"));
                was.keySet().removeAll(Set.of("DeletionPolicy", "UpdateReplacePolicy"));
            }
            if (was.get("Type").equals("AWS::Serverless::Function")) {
                Map<String, Object> properties = new LinkedHashMap<>(Resource.asMap(was.get("Properties")));
                properties.keySet().removeAll(Set.of("SnapStart", "DeploymentPreference"));
                properties.put("CodeUri", CODE);
                if (id.equals("ApiFunction")) {
                    properties.remove("Events");
                }
                was.put("Properties", properties);
            }
            assertEquals(was, is, id);
        });
    }

    @Test
    void whatMustStayCannotNeedWhatGoes() {
        Map<String, Object> template = Map.of(
                "Resources",
                Map.of(
                        "Api", Map.of("Type", "AWS::Serverless::HttpApi"),
                        "Role",
                                Map.of(
                                        "Type",
                                        "AWS::IAM::Role",
                                        "Properties",
                                        Map.of("Path", Map.of("Fn::Sub", "/${Api.Id}/${AWS::Region}/")))));
        var error = assertThrows(IllegalArgumentException.class, () -> LocalStackTemplate.of(template, CODE));
        assertTrue(error.getMessage().startsWith("Expected Role to need nothing"), error.getMessage());
    }

    /** Read as a template and resolved: what the functions, the queues and the table need is there. */
    @Test
    void thatPartIsADeploymentWithoutAnApi(@TempDir Path directory) throws IOException {
        Path part = Files.writeString(
                directory.resolve("template.json"), Stack.json(LocalStackTemplate.of(template(), CODE)));
        Template whole = read(Stack.root().resolve("template.yaml"));
        Template resolved = read(part);
        assertEquals(List.of(), resolved.warnings());
        assertTrue(resolved.ofType("AWS::Serverless::Function").count() > 4);
        Map<String, Object> outputs = new TreeMap<>(whole.outputs());
        outputs.remove("ApiUrl");
        assertEquals(outputs, new TreeMap<>(resolved.outputs()));
        assertEquals(
                whole.resources().get("EngineFunction").map("Environment"),
                resolved.resources().get("EngineFunction").map("Environment"));
        assertEquals(
                whole.resources().get("EngineFunction").map("Events"),
                resolved.resources().get("EngineFunction").map("Events"));
    }

    private static Template read(Path file) {
        return TemplateReader.read(file, Map.of(), new LocalNames("000000000000", "us-east-1", 4566, "triggerflow"));
    }
}
