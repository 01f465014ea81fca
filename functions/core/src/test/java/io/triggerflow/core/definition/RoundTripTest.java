package io.triggerflow.core.definition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.triggerflow.core.model.Action;
import io.triggerflow.core.model.Condition;
import io.triggerflow.core.model.Definition;
import io.triggerflow.core.model.EventPattern;
import io.triggerflow.core.model.EventTypes;
import io.triggerflow.core.model.JsonText;
import io.triggerflow.core.model.Trigger;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RoundTripTest {
    static List<Path> examples() {
        return Bundles.examples();
    }

    static String everything() throws IOException {
        try (InputStream in = RoundTripTest.class.getResourceAsStream("everything.json")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void whatIsWrittenReadsAsTheSameExample(Path file) {
        assertRoundTrip(Bundles.READER.definition(Bundles.yaml(file)));
    }

    @Test
    void whatIsWrittenReadsAsTheSameWhenEveryFieldIsUsed() throws IOException {
        assertRoundTrip(Bundles.READER.definition(Bundles.json(everything())));
    }

    private static void assertRoundTrip(Definition definition) {
        Map<String, Object> tree = DefinitionWriter.write(definition);
        assertEquals(definition, Bundles.READER.definition(tree));
        assertEquals(definition, Bundles.READER.definition(Bundles.json(JsonText.write(tree))), "through text");
        assertEquals(
                tree,
                DefinitionWriter.write(Bundles.READER.definition(tree)),
                "the normalised form is its own normalised form");
        assertEquals(definition.triggers(), Bundles.READER.registered(DefinitionWriter.write(definition.triggers())));
    }

    @Test
    void theVersionFollowsFromTheContentNotFromItsOrderOrForm() {
        Definition one = read(
                "{'workflow':'w','timeout':'PT60S','triggers':[{'id':'a','on':{'start':true},'actions':[{'complete':{'x':1,'y':2.0}}]}]}");
        Definition same = read("{'triggers':[{'actions':[{'complete':{'y':2,'x':1}}],'once':false,'on':[{'type':'"
                + EventTypes.RUN_STARTED + "'}],'id':'a'}],'timeout':'PT1M','workflow':'w'}");
        Definition other = read(
                "{'workflow':'w','timeout':'PT60S','triggers':[{'id':'a','on':{'start':true},'actions':[{'complete':{'x':1,'y':3}}]}]}");
        assertEquals(one.version(), same.version());
        assertNotEquals(one.version(), other.version());
        assertEquals(
                "v7",
                read("{'workflow':'w','version':'v7','triggers':[{'id':'a','on':{'start':true},'actions':[]}]}")
                        .version());
    }

    @Test
    void anEditedCopyOfWhatWasWrittenIsAnotherVersion() {
        Definition one = read("{'workflow':'w','triggers':[{'id':'a','on':{'start':true},'actions':[]}]}");
        Map<String, Object> edited = new LinkedHashMap<>(DefinitionWriter.write(one));
        edited.put("description", "another");
        assertNotEquals(one.version(), Bundles.READER.definition(edited).version());
    }

    @Test
    void shortFormsStandForPatterns() {
        assertEquals(List.of(exact(EventTypes.RUN_STARTED, "")), on("{'start':true}"));
        assertEquals(List.of(exact(EventTypes.TASK_SUCCEEDED, "m")), on("{'task':'m'}"));
        assertEquals(
                List.of(exact(EventTypes.TASK_FAILED, "m"), exact(EventTypes.TASK_TIMED_OUT, "m")),
                on("[{'task':'m','outcome':'failed'}]"));
        assertEquals(4, on("{'task':'m','outcome':'any'}").size());
        assertEquals(List.of(exact(EventTypes.TIMER_FIRED, "t")), on("{'timer':'t'}"));
        assertEquals(List.of(exact("x", "")), on("{'event':'x'}"));
        assertEquals(List.of(exact("x", "y")), on("{'event':'x','subject':'y'}"));
    }

    @Test
    void anyListOrMatcherMakesAPattern() {
        assertEquals(ruler("{'type':['x'],'subject':[{'prefix':'a/'}]}"), on("{'type':'x','subject':{'prefix':'a/'}}"));
        assertEquals(ruler("{'type':['x','y']}"), on("{'type':['x','y']}"));
        assertEquals(
                ruler(
                        "{'source':['aws.s3'],'data':{'bucket':{'name':['b']},'size':[{'numeric':['>',0]}],'gone':[null]}}"),
                on("{'source':'aws.s3','data':{'bucket':{'name':'b'},'size':[{'numeric':['>',0]}],'gone':null}}"));
        assertEquals(ruler("{'task':['an extension attribute']}"), on("{'task':['an extension attribute']}"));
        assertEquals(ruler("{'data':{'$or':[{'a':[1]},{'b':[2]}]}}"), on("{'data':{'$or':[{'a':1},{'b':2}]}}"));
    }

    @Test
    void resultsAreKeptOnlyForActionsThatMentionThem() {
        assertTrue(join("{'size':2}", "{'complete':'{% $results %}'}").collect());
        assertTrue(join("{'size':2}", "{'invoke':{'function':'f','forEach':'$results'}}")
                .collect());
        assertEquals(false, join("{'size':2}", "{'complete':'results'}").collect());
        assertEquals(
                false,
                join("{'size':2,'collect':false}", "{'complete':'{% $results %}'}")
                        .collect());
    }

    @Test
    void aThresholdIsAJoinOfDistinctEvents() {
        Condition.Join join = (Condition.Join) trigger(
                        "{'id':'a','on':{'event':'x'},'condition':{'threshold':{'count':10,'repeat':true}},'actions':[]}")
                .condition();
        assertEquals(
                new Condition.Join(
                        new Condition.Size.Fixed(10),
                        List.of(),
                        new Condition.MemberKey.Identity(),
                        new Condition.Need.All(),
                        Optional.empty(),
                        false,
                        true),
                join);
    }

    @Test
    void aDeadlineOnAConditionWithoutStateImpliesOnce() {
        Trigger trigger = trigger("{'id':'a','on':{'event':'x'},'deadline':{'after':'PT1S'},'actions':[]}");
        assertTrue(trigger.once());
        assertEquals(Duration.ofSeconds(1), trigger.deadline().orElseThrow().after());
        assertEquals(
                false,
                trigger(
                                "{'id':'a','on':{'event':'x'},'condition':{'join':{'size':3}},'deadline':{'after':'PT1S'},'actions':[]}")
                        .once());
    }

    @Test
    void theMarksOfExpressionsMayBeLeftOutWhereNothingElseIsPossible() {
        String bundle = "{'id':'a','on':{'event':'x'},'condition':{'when':'%s'},'actions':[]}";
        assertEquals(
                trigger(bundle.formatted("$event.data.n > 1")), trigger(bundle.formatted("{% $event.data.n > 1 %}")));
    }

    @Test
    void aTimeIsADurationOrAnInstantOrAnExpression() {
        assertEquals("PT1M", schedule("'after':'PT60S'"));
        assertEquals("2030-01-01T00:00:00Z", schedule("'at':'2030-01-01T00:00:00Z'"));
        assertEquals("{% $run.input.at %}", schedule("'at':'{% $run.input.at %}'"));
    }

    @Test
    void standingTriggersComeInThreeForms() {
        String trigger = "{'id':'a','on':{'event':'x'},'actions':[{'startRun':{'workflow':'w'}}]}";
        List<Trigger> one = Bundles.READER.standing(Bundles.quoted(trigger));
        assertEquals(one, Bundles.READER.standing(Bundles.quoted("[" + trigger + "]")));
        assertEquals(one, Bundles.READER.standing(Bundles.quoted("{'triggers':[" + trigger + "]}")));
        assertEquals(one, Bundles.READER.standing(DefinitionWriter.write(one)));
    }

    private static Object schedule(String when) {
        Trigger trigger = trigger("{'id':'a','on':{'event':'x'},'actions':[{'schedule':{'timer':'t'," + when + "}}]}");
        return ((Action.Schedule) trigger.actions().getFirst()).when();
    }

    private static Condition.Join join(String join, String action) {
        return (Condition.Join)
                trigger("{'id':'a','on':{'event':'x'},'condition':{'join':" + join + "},'actions':[" + action + "]}")
                        .condition();
    }

    private static List<EventPattern> on(String on) {
        return trigger("{'id':'a','on':" + on + ",'actions':[]}").on();
    }

    private static EventPattern exact(String type, String subject) {
        return new EventPattern.Exact(type, Optional.of(subject).filter(s -> !s.isEmpty()));
    }

    private static List<EventPattern> ruler(String pattern) {
        return List.of(new EventPattern.Ruler(Templates.mapOf(Bundles.quoted(pattern))));
    }

    private static Trigger trigger(String json) {
        return Bundles.READER.registered(Bundles.quoted(json)).getFirst();
    }

    private static Definition read(String json) {
        return Bundles.READER.definition(Bundles.quoted(json));
    }
}
