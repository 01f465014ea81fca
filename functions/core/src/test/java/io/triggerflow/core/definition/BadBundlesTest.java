package io.triggerflow.core.definition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One row a rule: the bundle, where the problem is, and a part of what it says. */
class BadBundlesTest {
    private static final String ON = "'on':{'event':'x'}";

    private final List<Row> rows = new ArrayList<>();

    record Row(String bundle, String path, String message) {
        @Override
        public String toString() {
            return path + " | " + message + " | " + Cursor.shortened(bundle);
        }
    }

    private void bundle(String bundle, String path, String message) {
        rows.add(new Row(bundle, path, message));
    }

    /** A bundle with one trigger of these fields. */
    private void trigger(String fields, String path, String message) {
        bundle("{'workflow':'w','triggers':[{" + fields + "}]}", "$.triggers[0]" + path, message);
    }

    private void on(String on, String path, String message) {
        trigger("'id':'a','actions':[],'on':" + on, ".on" + path, message);
    }

    private void condition(String condition, String path, String message) {
        trigger("'id':'a','actions':[]," + ON + ",'condition':" + condition, ".condition" + path, message);
    }

    private void join(String join, String path, String message) {
        condition("{'join':" + join + "}", ".join" + path, message);
    }

    private void action(String action, String path, String message) {
        trigger("'id':'a'," + ON + ",'actions':[" + action + "]", ".actions[0]" + path, message);
    }

    static List<Row> all() {
        BadBundlesTest table = new BadBundlesTest();
        table.bundles();
        table.triggers();
        table.patterns();
        table.conditions();
        table.joins();
        table.composites();
        table.launches();
        table.otherActions();
        table.interceptors();
        table.templates();
        return table.rows;
    }

    private void bundles() {
        String one = "{'id':'a'," + ON + ",'actions':[]}";
        bundle("[]", "$", "Expected a workflow, an object, but got an empty list");
        bundle("'hello'", "$", "but got 'hello'");
        bundle("null", "$", "but got null");
        bundle("{'triggers':[" + one + "]}", "$", "Expected a key 'workflow', but there is none");
        bundle("{'workflow':'w'}", "$", "Expected a key 'triggers'");
        bundle("{'workflow':'w','trigers':[]}", "$.trigers", "did you mean 'triggers'?");
        bundle(
                "{'workflow':'w','colour':1,'triggers':[" + one + "]}",
                "$.colour",
                "Expected only the keys workflow, version, ");
        bundle("{'workflow':'a b','triggers':[" + one + "]}", "$.workflow", "A-Z a-z 0-9 . _ : / @ + -, but got 'a b'");
        bundle("{'workflow':'a#b','triggers':[" + one + "]}", "$.workflow", "but got 'a#b'");
        bundle(
                "{'workflow':'" + "w".repeat(201) + "','triggers':[" + one + "]}",
                "$.workflow",
                "at most 200 characters, but got 201");
        bundle("{'workflow':'w','version':7,'triggers':[" + one + "]}", "$.version", "Expected a version, but got 7");
        bundle(
                "{'workflow':'w','description':'" + "d".repeat(10_001) + "','triggers':[" + one + "]}",
                "$.description",
                "at most 10000 characters");
        bundle(
                "{'workflow':'w','maxTransitions':0,'triggers':[" + one + "]}",
                "$.maxTransitions",
                "whole number from 1 to 100000000, but got 0");
        bundle("{'workflow':'w','maxTransitions':1.5,'triggers':[" + one + "]}", "$.maxTransitions", "but got 1.5");
        bundle(
                "{'workflow':'w','timeout':'1h','triggers':[" + one + "]}",
                "$.timeout",
                "Expected a duration such as PT30S");
        bundle("{'workflow':'w','timeout':'PT0S','triggers':[" + one + "]}", "$.timeout", "longer than zero");
        bundle("{'workflow':'w','timeout':'P99999D','triggers':[" + one + "]}", "$.timeout", "at most 3660 days");
        bundle(
                "{'workflow':'w','announce':'buss','triggers':[" + one + "]}",
                "$.announce",
                "Expected one of none, workspace, bus, but got 'buss'");
        bundle("{'workflow':'w','triggers':[]}", "$.triggers", "Expected at least 1 trigger");
        bundle("{'workflow':'w','triggers':{}}", "$.triggers", "Expected a list of triggers, but got an empty object");
        bundle(
                "{'workflow':'w','triggers':[" + one + "," + one + "]}",
                "$.triggers[1].id",
                "'a' is also the id of $.triggers[0]");
    }

    private void triggers() {
        trigger("'actions':[]," + ON, "", "Expected a key 'id'");
        trigger("'id':'a'," + ON, "", "Expected a key 'actions'");
        trigger("'id':'','actions':[]," + ON, ".id", "Expected an id, but got ''");
        trigger("'id':'a|b','actions':[]," + ON, ".id", "Expected an id of characters from");
        trigger(
                "'id':'a','actions':[]",
                "",
                "Expected events that activate the trigger in 'on', or a deadline, but got neither");
        trigger("'id':'a','actions':[],'deadline':{'after':'PT1S','from':'first'}", ".deadline", "which never comes");
        trigger("'id':'a','actions':[],'onfailure':[]," + ON, ".onfailure", "did you mean 'onFailure'?");
        trigger("'id':'a','actions':[],'once':'yes'," + ON, ".once", "Expected true or false, but got 'yes'");
        trigger("'id':'a','actions':[],'enabled':0," + ON, ".enabled", "Expected true or false, but got 0");
        trigger(
                "'id':'a','actions':[],'once':false,'deadline':{'after':'PT1S'}," + ON,
                ".once",
                "beside a deadline on a condition without state");
        trigger(
                "'id':'a','actions':[],'once':true,'condition':{'join':{'size':2,'repeat':true}}," + ON,
                ".once",
                "Expected once or a condition that repeats");
        trigger("'id':'a','actions':[],'deadline':{}," + ON, ".deadline", "Expected a key 'after'");
        trigger("'id':'a','actions':[],'deadline':{'after':'PT0S'}," + ON, ".deadline.after", "longer than zero");
        trigger(
                "'id':'a','actions':[],'deadline':{'after':'PT1S','from':'now'}," + ON,
                ".deadline.from",
                "one of start, first, but got 'now'");
        trigger(
                "'id':'a','actions':[],'deadline':{'after':'PT1S','then':'fier'}," + ON,
                ".deadline.then",
                "did you mean 'fire'?");
        trigger(
                "'id':'a','actions':[],'deadline':{'after':'PT1S','late':true}," + ON,
                ".deadline.late",
                "one of ignore, emit, but got true");
        trigger("'id':'a','actions':[],'correlate':{'event':'$event.id'}," + ON, ".correlate", "Expected a key 'run'");
        trigger(
                "'id':'a','actions':[],'on':{'type':['x']},'correlate':{'event':'a','run':'b'}",
                ".on",
                "Expected exact types of events beside correlate");
        trigger(
                "'id':'a','actions':[],'correlate':{'event':'{% ( %}','run':'x'}," + ON,
                ".correlate.event",
                "does not compile");
        trigger(
                "'id':'a'," + ON + ",'actions':[" + "{'complete':null},".repeat(100) + "{'complete':null}]",
                ".actions",
                "at most 100 actions, but got 101");
        trigger("'id':'a'," + ON + ",'actions':[],'onFailure':{}", ".onFailure", "Expected a list of actions");
    }

    private void patterns() {
        on("'x'", "", "Expected a list of event patterns, but got 'x'");
        on("['x']", "[0]", "Expected an event pattern, an object, but got 'x'");
        on("{}", "", "but got an empty object");
        on("[" + "{'event':'x'},".repeat(30_000) + "{'event':'x'}]", "", "at most 30000 event patterns, but got 30001");
        on(
                "[" + "{'task':'t','outcome':'any'},".repeat(7_500) + "{'task':'t'}]",
                "",
                "the short forms stand for 30001");
        on("{'start':false}", ".start", "Expected true, but got false");
        on("{'start':true,'subject':'x'}", ".subject", "Expected only the keys start");
        on("{'task':'t','outcome':'faild'}", ".outcome", "did you mean 'failed'?");
        on("{'outcome':'failed'}", "", "Expected a key 'task'");
        on("{'task':7}", ".task", "Expected a task, but got 7");
        on("{'timer':''}", ".timer", "Expected a timer");
        on("{'event':'x','data':{'a':1}}", ".data", "Expected only the keys event, subject");
        on("{'type':''}", ".type", "Expected an event type");
        on("{'type':'x','subject':''}", ".subject", "Expected a subject");
        on("{'type':7}", ".type", "Expected a text, a matcher, or a list of them, but got 7");
        on("{'type':'triggerflow.engine.start'}", ".type", "is a directive to the engine itself");
        on("{'type':['x','triggerflow.engine.start']}", "", "is a directive to the engine itself");
        on("{'type':{'prefix':'triggerflow.engine.'}}", "", "is a directive to the engine itself");
        on(
                "{'$or':[{'type':['triggerflow.engine.start']},{'type':'x'}]}",
                ".$or[0]",
                "is a directive to the engine itself");
        on("{'Type':['x']}", ".Type", "did you mean 'type'?");
        on("{'type':[]}", ".type", "Expected at least one value or matcher");
        on("{'type':[{'prefx':'a'}]}", "", "Expected an event-ruler pattern, but it does not compile");
        on(
                "{'type':'x','data':{'size':[{'numeric':['>']}]}}",
                "",
                "Expected an event-ruler pattern, but it does not compile");
        on("{'type':'x','data':{}}", ".data", "Expected fields of the event's data");
        on("{'type':'x','data':{'name':{'prefix':'a'}}}", ".data.name", "Expected a list around the matcher");
        on("{'subject':'" + "s".repeat(1_001) + "','type':'x'}", ".subject", "at most 1000 characters");
    }

    private void conditions() {
        condition(
                "'sometimes'",
                "",
                "Expected \"always\", or an object with one key of when, join, threshold, composite, custom, but got 'sometimes'");
        condition("{}", "", "exactly one key of when, join, threshold, composite, custom, but got 0 keys");
        condition("{'when':'true','join':{'size':2}}", "", "but got 2 keys");
        condition("{'wehn':'true'}", ".wehn", "did you mean 'when'?");
        condition("{'when':''}", ".when", "Expected a JSONata expression");
        condition("{'when':'{% %}'}", ".when", "Expected a JSONata expression, but it is empty");
        condition("{'when':'{% $event.data.n >'}", ".when", "Expected an expression {% ... %}");
        condition("{'when':'$event.data.n >'}", ".when", "'$event.data.n >' does not compile");
        condition("{'when':true}", ".when", "Expected a JSONata expression, but got true");
        condition("{'when':'" + "1+".repeat(10_000) + "1'}", ".when", "at most 20000 characters");
        condition("{'threshold':{}}", ".threshold", "Expected a key 'count'");
        condition("{'threshold':{'count':0}}", ".threshold.count", "a join of nothing would never be activated");
        condition(
                "{'threshold':{'count':2000,'repeat':true}}",
                ".threshold.repeat",
                "at most 1000, but the size is 2000");
        condition("{'custom':{}}", ".custom", "Expected a key 'name'");
        condition("{'custom':{'name':'a b'}}", ".custom.name", "but got 'a b'");
        condition("{'custom':{'name':'n','arguments':[1]}}", ".custom.arguments", "Expected an object, but got a list");
    }

    private void joins() {
        join("{}", "", "Expected a size or members, but got neither");
        join(
                "{'size':0}",
                ".size",
                "Expected a join of at least 1 member, but a join of nothing would never be activated");
        join("{'size':-1}", ".size", "whole number from 1 to 1000000, but got -1");
        join("{'size':2.5}", ".size", "but got 2.5");
        join("{'size':1000001}", ".size", "but got 1000001");
        join("{'size':'{% $run. %}'}", ".size", "does not compile");
        join("{'members':[]}", ".members", "a join of nothing");
        join("{'members':['a','b','a']}", ".members[2]", "Expected each member once, but 'a' is there twice");
        join("{'members':['a',1]}", ".members[1]", "Expected a member's name, but got 1");
        join("{'size':3,'members':['a','b']}", ".size", "Expected the number of members, 2, but got 3");
        join(
                "{'size':'$run.context.n','members':['a','b']}",
                ".size",
                "Expected the number of members, 2, but got '$run.context.n'");
        join(
                "{'size':2,'by':'subjcet'}",
                ".by",
                "Expected auto, subject, event, or an expression {% ... %}, but got 'subjcet'");
        join("{'members':['a','b'],'by':'event'}", ".by", "told by subject or an expression");
        join("{'size':2,'need':3}", ".need", "Expected at most as many as the size, 2, but got 3");
        join("{'members':['a','b'],'need':3}", ".need", "Expected at most as many as the size, 2, but got 3");
        join("{'size':2,'need':0}", ".need", "whole number from 1");
        join("{'size':2,'need':'0%'}", ".need", "above 0% and up to 100%");
        join("{'size':2,'need':'100.1%'}", ".need", "above 0% and up to 100%");
        join("{'size':2,'need':'most'}", ".need", "but got 'most'");
        join("{'size':2,'need':1,'rule':'true'}", "", "Expected need or rule, but got both");
        join("{'size':2,'rule':'$failed <'}", ".rule", "does not compile");
        join("{'size':'$run.context.n','repeat':true}", ".repeat", "but the size is computed");
        join("{'size':1001,'repeat':true}", ".repeat", "at most 1000, but the size is 1001");
        join("{'size':2,'colect':true}", ".colect", "did you mean 'collect'?");
    }

    private void composites() {
        String a = "'a':{'on':{'event':'x'}}";
        String b = "'b':{'on':{'event':'y'}}";
        composite("{}", "", "Expected a key 'events', but there is none");
        composite("{'events':{},'detect':'a'}", ".events", "Expected an object of at least one event");
        composite("{'events':{" + a + "}}", "", "Expected a key 'detect', but there is none");
        composite("{'events':{'a':{'on':[]}},'detect':'a'}", ".events.a", "Expected at least one event pattern");
        composite("{'events':{'a':{'when':'true'}},'detect':'a'}", ".events.a", "Expected a key 'on'");
        composite(
                "{'events':{'a':{'on':{'event':'x'},'when':'$a <'}},'detect':'a'}",
                ".events.a.when",
                "does not compile");
        composite("{'events':{" + a + "},'detect':7}", ".detect", "Expected a composite event such as");
        composite(
                "{'events':{" + a + "," + b + "},'detect':'SEQ(a, b) witin PT2H'}",
                ".detect",
                "but got 'witin' at character 11");
        composite(
                "{'events':{" + a + "," + b + "},'detect':{'seq':['a',7]}}", ".detect.seq[1]", "Expected the name of");
        composite(
                "{'events':{" + a + "," + b + "},'detect':{'seq':['a','b'],'within':'2h'}}", ".detect.within", "PT30S");
        composite(
                "{'events':{" + a + "},'detect':'a by {% $a < %}'}",
                ".detect",
                "as the key, but '$a <' does not compile");
        composite("{'events':{" + a + "},'detect':'SEQ(a, aa)'}", ".detect", "but got 'aa'");
        composite("{'events':{" + a + "," + b + "},'detect':'a'}", ".events.b", "Expected each event to be mentioned");
        String one = "'id':'a','actions':[],'condition':{'composite':{'events':{" + a + "},'detect':'a'}}";
        trigger(one + "," + ON, ".on", "Expected no 'on' beside a composite event");
        trigger(one + ",'deadline':{'after':'PT1H'}", ".deadline", "Expected no deadline beside a composite event");
        join("{'size':1001,'key':'$event.data.k'}", ".size", "Expected at most 1000 members beside key");
        join("{'size':'$run.context.n','key':'$event.data.k'}", ".size", "but it mentions context");
        join("{'size':2,'key':'$k <'}", ".key", "does not compile");
        trigger(
                "'id':'a','actions':[]," + ON
                        + ",'deadline':{'after':'PT1H'},'condition':{'join':{'size':2,'key':'$event.subject'}}",
                ".deadline",
                "'from: first' beside key");
    }

    private void composite(String composite, String path, String message) {
        trigger(
                "'id':'a','actions':[],'condition':{'composite':" + composite + "}",
                ".condition.composite" + path,
                message);
    }

    private void interceptor(String fields, String path, String message) {
        action("{'intercept':[{" + fields + "}]}", ".intercept[0]" + path, message);
    }

    private void interceptors() {
        action("{'intercept':[]}", ".intercept", "Expected at least 1 interceptor, but got none");
        action("{'intercept':{'id':'i'}}", ".intercept", "Expected a list of interceptors, but got an object");
        action("{'release':[]}", ".release", "Expected at least 1 id of an interceptor");
        String which = "'id':'i','trigger':'a',";
        interceptor("'trigger':'a','before':'action'", "", "Expected a key 'id'");
        interceptor("'id':'i','before':'action'", "", "by trigger, condition or action, but got none of them");
        interceptor("'id':'i','condition':'jion','before':'action'", ".condition", "did you mean 'join'?");
        interceptor("'id':'i','action':'invok','before':'action'", ".action", "did you mean 'invoke'?");
        interceptor("'id':'i','trigger':'a'", "", "exactly one of before, after and instead, but got none");
        interceptor(which + "'before':'action','after':'action'", "", "but got 2");
        interceptor(which + "'before':'actions'", ".before", "did you mean 'action'?");
        interceptor(which + "'before':'action','skp':true", ".skp", "did you mean 'skip'?");
        interceptor(which + "'before':'action','hold':true,'delay':'PT1S'", "", "but got both");
        interceptor(which + "'before':'action','priority':1.5", ".priority", "whole number");
        interceptor(which + "'before':'action','holds':'true'", "", "Expected holds only instead of a condition");
        interceptor(which + "'instead':'condition'", "", "Expected holds, what the interceptor says");
        interceptor(which + "'instead':'action'", "", "Expected do, the actions in the place of the trigger's");
        interceptor(which + "'after':'action','skip':true", ".skip", "without effect here");
        interceptor(which + "'before':'condition','payload':{}", ".payload", "only before: action");
        interceptor(which + "'before':'action','answer':{}", ".answer", "Expected error (and message), or result");
        interceptor(which + "'before':'action','answer':{'error':'e','result':1}", ".answer", "or result");
        interceptor(which + "'before':'action','answer':{'error':null}", ".answer.error", "the name of an error");
        interceptor(which + "'before':'action','onError':'retry'", ".onError", "Expected one of fail, ignore");
        interceptor(which + "'before':'action','do':[{}]", ".do[0]", "exactly one verb");
        action(
                "{'intercept':[{" + which + "'before':'action'},{" + which + "'before':'action'}]}",
                ".intercept[1]",
                "is also the id of");
    }

    private void launches() {
        action("'complete'", "", "Expected an action, an object of one verb (invoke, emit, ");
        action(
                "{}",
                "",
                "exactly one verb (invoke, emit, schedule, cancelTimer, register, retire, enable, disable, intercept, release, set, startRun, complete, fail, custom), but got none");
        action("{'complete':null,'set':{'a':1}}", "", "but got 2: [complete, set]");
        action("{'invok':{'function':'f'}}", ".invok", "did you mean 'invoke'?");
        action("{'invoke':'f'}", ".invoke", "Expected a function to invoke, an object, but got 'f'");
        action("{'invoke':{}}", ".invoke", "Expected a key 'function'");
        action("{'invoke':{'function':['f']}}", ".invoke.function", "name or ARN of a function");
        action("{'invoke':{'function':'f','payload':null}}", ".invoke.payload", "but got null");
        action("{'invoke':{'function':'f','with':1}}", ".invoke", "Expected with only beside forEach");
        action(
                "{'invoke':{'function':'f','forEach':[1,2]}}",
                ".invoke.forEach",
                "Expected a JSONata expression, but got a list");
        action(
                "{'invoke':{'function':'f','forEach':'$run.input','payload':{'a':['{% $event.data %}']}}}",
                ".invoke.payload", "mentions $event (hand it over in with)");
        action(
                "{'invoke':{'function':'f','timeout':30}}",
                ".invoke.timeout",
                "Expected a duration such as PT30S or P1D, longer than zero and at most 3660 days, but got 30");
        action(
                "{'invoke':{'function':'f','correlation':'header'}}",
                ".invoke.correlation",
                "one of payload, receipt, but got 'header'");
        action("{'invoke':{'function':'f','retry':{}}}", ".invoke.retry", "Expected a key 'maxAttempts'");
        action(
                "{'invoke':{'function':'f','retry':{'maxAttempts':0}}}",
                ".invoke.retry.maxAttempts",
                "whole number from 1 to 1000, but got 0");
        action(
                "{'invoke':{'function':'f','retry':{'maxAttempts':2,'backoff':0.5}}}",
                ".invoke.retry.backoff",
                "a number from 1.0");
        action(
                "{'invoke':{'function':'f','retry':{'maxAttempts':2,'jitter':2}}}",
                ".invoke.retry.jitter",
                "a number from 0.0 to 1.0, but got 2");
        action(
                "{'invoke':{'function':'f','retry':{'maxAttempts':2,'interval':'-PT1S'}}}",
                ".invoke.retry.interval",
                "Expected a duration");
        action(
                "{'invoke':{'function':'f','retry':{'maxAttempts':2,'errors':[]}}}",
                ".invoke.retry.errors",
                "at least 1 name of an error");
        action(
                "{'invoke':{'function':'f','retry':{'maxAttempts':2,'errors':['a*b']}}}",
                ".invoke.retry.errors[0]",
                "a * at one end only");
        action("{'startRun':{}}", ".startRun", "Expected a key 'workflow'");
        action("{'startRun':{'workflow':'w','detached':'no'}}", ".startRun.detached", "Expected true or false");
    }

    private void otherActions() {
        action("{'emit':{}}", ".emit", "Expected a key 'type'");
        action("{'emit':{'type':'triggerflow.engine.cancel'}}", ".emit.type", "is a directive to the engine itself");
        action("{'emit':{'type':'x','to':'moon'}}", ".emit.to", "Expected own, workspace, bus, or an object");
        action("{'emit':{'type':'x','to':{}}}", ".emit.to", "but got an empty object");
        action("{'emit':{'type':'x','to':{'bus':'b','queue':'q'}}}", ".emit.to", "but got the keys [bus, queue]");
        action("{'emit':{'type':'x','delay':'5s'}}", ".emit.delay", "Expected a duration");
        action("{'schedule':{'timer':'t'}}", ".schedule", "exactly one of after and at, but got neither");
        action("{'schedule':{'timer':'t','after':'PT1S','at':'2030-01-01T00:00:00Z'}}", ".schedule", "but got both");
        action("{'schedule':{'timer':'t','after':'soon'}}", ".schedule.after", "Expected a duration");
        action(
                "{'schedule':{'timer':'t','at':'2030-01-01'}}",
                ".schedule.at",
                "Expected an instant such as 2030-01-01T00:00:00Z");
        action("{'cancelTimer':{}}", ".cancelTimer", "Expected the name of a timer");
        action("{'register':[]}", ".register", "Expected at least 1 trigger");
        action(
                "{'register':[{'id':'b','actions':[{'nope':1}]," + ON + "}]}",
                ".register[0].actions[0].nope",
                "Expected only the keys invoke, emit");
        action(
                "{'register':[" + "{'id':'b'},".repeat(90) + "{}]}",
                ".register",
                "Expected at most 90 triggers, but got 91");
        action("{'retire':['a','b']}", ".retire[1]", "there is no trigger 'b'");
        action("{'enable':[]}", ".enable", "at least 1 id of a trigger");
        action("{'disable':'a'}", ".disable", "Expected a list of ids of triggers, but got 'a'");
        action("{'retire':['a b']}", ".retire[0]", "Expected the id of a trigger of characters from");
        action("{'set':{}}", ".set", "at least 1 key to set");
        action("{'set':[]}", ".set", "Expected an object of keys and values");
        action("{'fail':{}}", ".fail", "Expected a key 'error'");
        action("{'custom':{'arguments':{}}}", ".custom", "Expected a key 'name'");
    }

    private void templates() {
        action("{'complete':{'a':['{% $x( %}']}}", ".complete.a[0]", "'$x(' does not compile");
        action("{'complete':{'a b':'{% %}'}}", ".complete['a b']", "it is empty");
        action(
                "{'complete':'Hello {% $event.data.name %}!'}",
                ".complete", "Expected a text that is an expression as a whole");
        action("{'complete':'{% $event'}", ".complete", "Expected a text that is an expression as a whole");
        action(
                "{'complete':" + "[".repeat(51) + "]".repeat(51) + "}",
                ".complete" + "[0]".repeat(50),
                "at most 50 objects and lists within each other");
        action("{'complete':'" + "x".repeat(200_001) + "'}", ".complete", "at most 200000 characters");
        action("{'emit':{'type':'" + "x".repeat(1_001) + "'}}", ".emit.type", "at most 1000 characters, but got 1001");
    }

    @ParameterizedTest
    @MethodSource("all")
    void isRefusedWithItsPlaceAndReason(Row row) {
        List<Problem> problems = problems(Bundles.quoted(row.bundle()));
        assertTrue(
                problems.stream()
                        .anyMatch(
                                p -> p.path().equals(row.path()) && p.message().contains(row.message())),
                () -> "Expected " + row + "\nbut got " + problems);
        assertTrue(
                problems.stream()
                        .allMatch(p -> p.message().startsWith("Expected ")
                                && p.message().contains(", but ")),
                problems::toString);
    }

    @Test
    void theTableIsLong() {
        assertTrue(all().size() >= 150, () -> "rows: " + all().size());
    }

    @Test
    void allProblemsAreFoundAtOnce() {
        List<Problem> problems =
                problems(Bundles.quoted("{'workflow':'a b','triggers':[{'id':'a','actions':[{'fail':{}}],'once':1," + ON
                        + "},{'id':'b','on':{'event':''},'actions':[]}]}"));
        assertEquals(
                List.of("$.workflow", "$.triggers[0].actions[0].fail", "$.triggers[0].once", "$.triggers[1].on.event"),
                problems.stream().map(Problem::path).toList());
    }

    @Test
    void noMoreThanAHundredProblemsAreReported() {
        List<Object> triggers = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            triggers.add(Map.of("id", "t" + i, "nonsense", i));
        }
        assertEquals(
                Limits.MAX_PROBLEMS,
                problems(Map.of("workflow", "w", "triggers", triggers)).size());
    }

    @Test
    void tooManyTriggersAreRefused() {
        List<Object> triggers = new ArrayList<>();
        for (int i = 0; i <= Limits.MAX_TRIGGERS; i++) {
            triggers.add(Bundles.quoted("{'id':'t" + i + "'," + ON + ",'actions':[]}"));
        }
        assertEquals(
                "[$.triggers: Expected at most 40000 triggers, but got 40001]",
                problems(Map.of("workflow", "w", "triggers", triggers)).toString());
    }

    @Test
    void tooManyCorrelatedTriggersAreRefused() {
        List<Object> triggers = new ArrayList<>();
        for (int i = 0; i <= Limits.MAX_CORRELATED; i++) {
            triggers.add(Bundles.quoted(
                    "{'id':'t" + i + "'," + ON + ",'actions':[],'correlate':{'event':'$event.id','run':'$run.name'}}"));
        }
        assertEquals(
                "$.triggers[20].correlate",
                problems(Map.of("workflow", "w", "triggers", triggers))
                        .getFirst()
                        .path());
    }

    @Test
    void registersWithinRegistersAreBounded() {
        String actions = "[]";
        for (int i = 0; i < 6; i++) {
            actions = "[{'register':[{'id':'t'," + ON + ",'actions':" + actions + "}]}]";
        }
        List<Problem> problems = problems(
                Bundles.quoted("{'workflow':'w','triggers':[{'id':'a'," + ON + ",'actions':" + actions + "}]}"));
        assertTrue(
                problems.getFirst().message().contains("at most 5 register actions within each other"),
                problems::toString);
    }

    @Test
    void aTreeThatAliasesMakeHugeIsRefused() {
        List<Object> bomb = List.of("x");
        for (int i = 0; i < 40; i++) {
            bomb = List.of(bomb, bomb);
        }
        Object bundle = Map.of(
                "workflow",
                "w",
                "triggers",
                List.of(Map.of("id", "a", "on", Map.of("start", true), "actions", List.of(Map.of("complete", bomb)))));
        assertTrue(problems(bundle).getFirst().message().contains("at most 2000000 values"));
    }

    @Test
    void whatIsNotJsonIsRefused() {
        Map<Object, Object> trigger = new LinkedHashMap<>(Map.of(
                "id",
                "a",
                "actions",
                List.of(Map.of("complete", Map.of("day", java.time.LocalDate.EPOCH, "n", Double.NaN)))));
        trigger.put(true, Map.of("start", true));
        List<String> problems = problems(Map.of("workflow", "w", "triggers", List.of(trigger))).stream()
                .map(Problem::toString)
                .toList();
        assertTrue(
                problems.stream()
                        .anyMatch(p ->
                                p.contains("but got true (in YAML 1.1, on, off, yes and no are booleans: put quotes)")),
                problems::toString);
        assertTrue(
                problems.stream()
                        .anyMatch(
                                p -> p.startsWith("$.triggers[0].actions[0].complete.day") && p.contains("LocalDate")),
                problems::toString);
        assertTrue(
                problems.stream()
                        .anyMatch(p -> p.startsWith("$.triggers[0].actions[0].complete.n") && p.contains("finite")),
                problems::toString);
    }

    @Test
    void standingTriggersHaveNoRunToEndOrToWaitFor() {
        for (String action : List.of(
                "{'complete':null}",
                "{'fail':{'error':'e'}}",
                "{'register':[{'id':'b'," + ON + ",'actions':[{'complete':null}]}]}")) {
            Object tree = Bundles.quoted("[{'id':'a'," + ON + ",'actions':[" + action + "]}]");
            DefinitionException e = assertThrows(DefinitionException.class, () -> Bundles.READER.standing(tree));
            assertTrue(e.getMessage().contains("only in triggers of a run"), e::getMessage);
            assertFalse(Bundles.READER.registered(tree).isEmpty());
        }
        Object correlated = Bundles.quoted("{'id':'a'," + ON + ",'actions':[],'correlate':{'event':'a','run':'b'}}");
        assertEquals(
                "$.correlate",
                assertThrows(DefinitionException.class, () -> Bundles.READER.standing(correlated))
                        .problems()
                        .getFirst()
                        .path());
    }

    @Test
    void triggersMayBeNamedThatAnActionRegistersOrThatStandElsewhere() {
        String retire = "{'id':'a'," + ON + ",'actions':[{'retire':['later']}]}";
        String register = "{'id':'b'," + ON + ",'actions':[{'register':[{'id':'later'," + ON + ",'actions':[]}]}]}";
        String custom = "{'id':'c'," + ON + ",'actions':[{'custom':{'name':'n'}}]}";
        assertEquals(
                1,
                problems(Bundles.quoted("{'workflow':'w','triggers':[" + retire + "]}"))
                        .size());
        Bundles.READER.definition(Bundles.quoted("{'workflow':'w','triggers':[" + retire + "," + register + "]}"));
        Bundles.READER.definition(Bundles.quoted("{'workflow':'w','triggers':[" + retire + "," + custom + "]}"));
        Bundles.READER.standing(Bundles.quoted(retire));
    }

    private static List<Problem> problems(Object tree) {
        return assertThrows(DefinitionException.class, () -> Bundles.READER.definition(tree))
                .problems();
    }
}
