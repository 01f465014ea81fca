package io.triggerflow.asl.interpret;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.triggerflow.asl.data.Queries;
import io.triggerflow.asl.json.Json;
import io.triggerflow.asl.json.JsonException;
import io.triggerflow.asl.model.MachineType;
import io.triggerflow.asl.model.StateMachine;
import io.triggerflow.asl.parse.Definitions;
import io.triggerflow.asl.parse.Parsed;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InterpreterTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final String FUNCTION = "arn:aws:lambda:us-east-1:111111111111:function:f";
    private final Queries queries = new Queries();
    private final Interpreter interpreter = new Interpreter(queries);

    private StateMachine machine(String definition) {
        Parsed parsed = new Definitions(queries).parse(definition.replace('\'', '"'), MachineType.STANDARD);
        assertTrue(parsed.valid(), parsed::message);
        return parsed.machine();
    }

    private static Object json(String text) {
        try {
            return Json.parse(text.replace('\'', '"'));
        } catch (JsonException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static Turn turn(Object input, Instant now, long nextEvent) {
        Execution execution = Execution.of("arn:e", "e", "arn:r", input, NOW, 0, new Execution.Machine("arn:m", "m"));
        return new Turn(execution, now, 1, nextEvent, "token");
    }

    private Step enter(StateMachine machine, Object input) {
        return interpreter.enter(machine, Frame.start(machine, input), turn(input, NOW, 1));
    }

    private Step resume(StateMachine machine, Frame frame, Outcome outcome) {
        return interpreter.resume(machine, frame, outcome, turn(Map.of(), NOW, 10));
    }

    private static List<String> types(Step step) {
        return step.events().stream().map(HistoryEvent::type).toList();
    }

    @Test
    void aStepIsAFunctionOfItsArguments() {
        StateMachine machine = machine(
                "{'StartAt':'A','States':{'A':{'Type':'Pass','Parameters':{'u.$':'States.UUID()','r.$':'States.MathRandom(0,99999)'},'End':true}}}");
        assertEquals(enter(machine, Map.of()), enter(machine, Map.of()));
    }

    @Test
    void framesSurviveBeingStored() {
        StateMachine machine =
                machine("{'StartAt':'A','States':{'A':{'Type':'Pass','Assign':{'x':[1,null]},'Next':'M'},"
                        + "'M':{'Type':'Map','End':true,'ItemProcessor':{'StartAt':'P','States':{'P':{'Type':'Task','Resource':'"
                        + FUNCTION + "','Retry':[{'ErrorEquals':['E']}],'End':true}}}}}}");
        Frame frame = ((Effect.Next) enter(machine, json("[1.5,'two']")).effect()).frame();
        Effect.Items items = (Effect.Items)
                interpreter.enter(machine, frame, turn(Map.of(), NOW, 4)).effect();
        Frame item = ((Effect.Next) interpreter
                        .item(machine, items.frame(), 1, "two", turn(Map.of(), NOW, 6))
                        .effect())
                .frame();
        Effect.InvokeFunction call = (Effect.InvokeFunction)
                interpreter.enter(machine, item, turn(Map.of(), NOW, 6)).effect();
        Effect.Retry retry = (Effect.Retry)
                resume(machine, call.frame(), new Outcome.Failed("E", "c")).effect();
        for (Frame each : List.of(frame, items.frame(), item, call.frame(), retry.frame())) {
            assertEquals(each, FrameJson.read((Map<?, ?>) json(Json.write(FrameJson.write(each)))));
        }
        assertEquals("A#0", Frame.start(machine, 1).id());
        assertEquals("M#1[1]/P#0", item.id());
        assertEquals("M#1[1]/P#0.1", retry.frame().id());
        assertThrows(IllegalArgumentException.class, () -> FrameJson.read(Map.of("step", 1)));
    }

    @Test
    void idsAreDistinctWhateverTheNames() {
        assertEquals("a%2Fb%23%5B1%5D#0[2]", new Place("a/b#[1]", 0, 0, 2).text());
        assertEquals("%C3%A9#3.1[0]", new Place("é", 3, 1, 0).text());
    }

    @Test
    void retriesWaitLongerEachTimeUntilTheyAreUsedUp() {
        StateMachine machine = machine("{'StartAt':'T','States':{'T':{'Type':'Task','Resource':'" + FUNCTION
                + "','Retry':[{'ErrorEquals':['Other'],'MaxAttempts':0},{'ErrorEquals':['States.TaskFailed'],'IntervalSeconds':2,"
                + "'BackoffRate':3,'MaxDelaySeconds':10,'MaxAttempts':3}],'End':true}}}");
        Frame frame = ((Effect.InvokeFunction) enter(machine, Map.of()).effect()).frame();
        for (long delay : new long[] {2, 6, 10}) {
            Effect.Retry retry = (Effect.Retry)
                    resume(machine, frame, new Outcome.Failed("E", null)).effect();
            assertEquals(Duration.ofSeconds(delay), Duration.between(NOW, retry.at()));
            Step again = interpreter.enter(machine, retry.frame(), turn(Map.of(), NOW, 5));
            assertEquals(List.of("LambdaFunctionScheduled", "LambdaFunctionStarted"), types(again));
            frame = ((Effect.InvokeFunction) again.effect()).frame();
        }
        Step over = resume(machine, frame, new Outcome.Failed("E", null));
        assertEquals(new Effect.Fail("E", null), over.effect());
        assertEquals(List.of("LambdaFunctionFailed", "ExecutionFailed"), types(over));
    }

    @Test
    void jitterIsDrawnFromTheSeedBelowTheDelay() {
        StateMachine machine = machine(
                "{'StartAt':'T','States':{'T':{'Type':'Task','Resource':'" + FUNCTION
                        + "','Retry':[{'ErrorEquals':['States.ALL'],'IntervalSeconds':100,'JitterStrategy':'FULL'}],'End':true}}}");
        Frame frame = ((Effect.InvokeFunction) enter(machine, Map.of()).effect()).frame();
        Outcome failed = new Outcome.Failed("E", null);
        Effect.Retry once = (Effect.Retry) resume(machine, frame, failed).effect();
        assertEquals(once, resume(machine, frame, failed).effect());
        Duration delay = Duration.between(NOW, once.at());
        assertTrue(delay.compareTo(Duration.ofSeconds(100)) < 0 && !delay.isNegative(), delay::toString);
    }

    @Test
    void errorsAreCoveredByTheirNames() {
        assertTrue(Errors.covers(List.of("A", "B"), "B"));
        assertTrue(Errors.covers(List.of("States.ALL"), "States.Timeout"));
        assertTrue(Errors.covers(List.of("States.TaskFailed"), "Own"));
        assertTrue(Errors.covers(List.of("States.Timeout"), "States.HeartbeatTimeout"));
        assertTrue(!Errors.covers(List.of("States.ALL"), "States.Runtime"));
        assertTrue(!Errors.covers(List.of("States.TaskFailed"), "States.Timeout"));
        assertTrue(!Errors.covers(List.of("A"), null));
    }

    @Test
    void aCaughtErrorIsPutWhereItBelongs() {
        StateMachine machine = machine(
                "{'StartAt':'T','States':{'T':{'Type':'Task','Resource':'" + FUNCTION
                        + "','Catch':[{'ErrorEquals':['E'],'ResultPath':'$.why','Assign':{'cause.$':'$.Cause'},'Next':'N'}],'End':true},'N':{'Type':'Succeed'}}}");
        Frame frame = ((Effect.InvokeFunction) enter(machine, json("{'a':1}")).effect()).frame();
        Step caught = resume(machine, frame, new Outcome.Failed("E", "c"));
        Effect.Next next = (Effect.Next) caught.effect();
        assertEquals(
                json("{'a':1,'why':{'Error':'E','Cause':'c'}}"), next.frame().input());
        assertEquals(Map.of("cause", "c"), next.frame().variables());
        assertEquals(List.of("LambdaFunctionFailed", "TaskStateExited"), types(caught));
    }

    @Test
    void aTokenIsKnownToTheArgumentsOfAStateThatWaitsForIt() {
        StateMachine machine = machine("{'StartAt':'T','States':{'T':{'Type':'Task','Resource':"
                + "'arn:aws:states:::sqs:sendMessage.waitForTaskToken','Parameters':{'MessageBody':{'t.$':'$$.Task.Token'}},"
                + "'HeartbeatSeconds':5,'End':true}}}");
        Effect.CallService call = (Effect.CallService) enter(machine, Map.of()).effect();
        assertEquals(json("{'MessageBody':{'t':'token'}}"), call.arguments());
        assertEquals(5L, call.limits().heartbeatSeconds());
        Step submitted = resume(machine, call.frame(), new Outcome.Submitted(Map.of("MessageId", "1")));
        assertEquals(List.of("TaskSubmitted"), types(submitted));
        Frame waiting = ((Effect.Await) submitted.effect()).frame();
        assertEquals(
                new Effect.Fail("States.HeartbeatTimeout", null),
                resume(machine, waiting, new Outcome.TimedOut(true)).effect());
        assertEquals(
                new Effect.End(7),
                resume(machine, waiting, new Outcome.Succeeded(7)).effect());
    }

    @Test
    void aTokenIsKnownToATaskThatWaitsForAnotherExecution() {
        StateMachine machine = machine(
                "{'QueryLanguage':'JSONata','StartAt':'T','States':{'T':{'Type':'Task','Resource':"
                        + "'arn:aws:states:::states:startExecution.sync:2','Arguments':{'Input':{'t':'{% $states.context.Task.Token %}'}},'End':true}}}");
        Effect.CallService call = (Effect.CallService) enter(machine, Map.of()).effect();
        assertEquals(json("{'Input':{'t':'token'}}"), call.arguments());
    }

    @Test
    void aRunOfAParallelEndsInItsOrderAndFailsAsAWhole() {
        StateMachine machine =
                machine("{'StartAt':'P','States':{'P':{'Type':'Parallel','End':true,'ResultSelector':{'r.$':'$[1]'},"
                        + "'Catch':[{'ErrorEquals':['Bad'],'Next':'N'}],'Branches':[{'StartAt':'A','States':{'A':{'Type':'Pass','End':true}}},"
                        + "{'StartAt':'B','States':{'B':{'Type':'Fail','Error':'Bad'}}}]},'N':{'Type':'Succeed'}}}");
        Effect.Branches branches =
                (Effect.Branches) enter(machine, json("{'x':1}")).effect();
        assertEquals(
                List.of("P#0[0]/A#0", "P#0[1]/B#0"),
                branches.branches().stream().map(Frame::id).toList());
        Step branch = interpreter.enter(machine, branches.branches().get(1), turn(Map.of(), NOW, 5));
        assertEquals(List.of("FailStateEntered"), types(branch));
        assertEquals(new Effect.Fail("Bad", null), branch.effect());
        Step caught = resume(machine, branches.frame(), new Outcome.Failed("Bad", null));
        assertEquals(List.of("ParallelStateFailed", "ParallelStateExited"), types(caught));
        Step joined = resume(machine, branches.frame(), new Outcome.Joined(Arrays.asList(null, 2)));
        assertEquals(new Effect.End(Map.of("r", 2)), joined.effect());
    }

    @Test
    void aDistributedMapReadsBatchesAndWrites() {
        StateMachine machine = machine(
                "{'StartAt':'M','States':{'M':{'Type':'Map','End':true,'ToleratedFailurePercentage':50,"
                        + "'MaxConcurrency':3,'Label':'l','ItemReader':{'Resource':'arn:aws:states:::s3:getObject','ReaderConfig':{'InputType':'JSONL','MaxItems':3},"
                        + "'Parameters':{'Bucket':'b','Key.$':'$.k'}},'ItemSelector':{'i.$':'$$.Map.Item.Index'},'ItemBatcher':{'MaxItemsPerBatch':2,'BatchInput':{'k.$':'$.k'}},"
                        + "'ResultWriter':{'Resource':'arn:aws:states:::s3:putObject','Parameters':{'Bucket':'b'}},"
                        + "'ItemProcessor':{'ProcessorConfig':{'Mode':'DISTRIBUTED','ExecutionType':'STANDARD'},'StartAt':'P','States':{'P':{'Type':'Pass','End':true}}}}}}");
        Effect.ReadItems read =
                (Effect.ReadItems) enter(machine, json("{'k':'key'}")).effect();
        assertEquals(json("{'Bucket':'b','Key':'key'}"), read.arguments());
        Effect.Items items = (Effect.Items) resume(machine, read.frame(), new Outcome.Read("1\n2\n\n3\n4\n"))
                .effect();
        assertEquals(
                json(
                        "[{'BatchInput':{'k':'key'},'Items':[{'i':0},{'i':1}]},{'BatchInput':{'k':'key'},'Items':[{'i':2}]}]"),
                items.items());
        assertEquals(3, items.concurrency());
        assertTrue(!items.tolerance().exceeded(1, 2) && items.tolerance().exceeded(2, 3));
        Effect.WriteResults write =
                (Effect.WriteResults) resume(machine, items.frame(), new Outcome.Joined(List.of(1, 2)))
                        .effect();
        Step written = resume(machine, write.frame(), new Outcome.Written(Map.of("MapRunArn", "arn")));
        assertEquals(
                List.of("MapRunSucceeded", "MapStateSucceeded", "MapStateExited", "ExecutionSucceeded"),
                types(written));
        Step broken = resume(machine, read.frame(), new Outcome.Read("{"));
        assertEquals("States.ItemReaderFailed", ((Effect.Fail) broken.effect()).error());
    }

    @Test
    void aDistributedMapLoadsWhatItListsAndFlattensResults() {
        StateMachine machine = machine(
                "{'StartAt':'M','States':{'M':{'Type':'Map','End':true,'ItemReader':{'Resource':'arn:aws:states:::s3:listObjectsV2',"
                        + "'ReaderConfig':{'InputType':'JSON','Transformation':'LOAD_AND_FLATTEN','MaxItems':3},'Parameters':{'Bucket':'b'}},"
                        + "'ResultWriter':{'WriterConfig':{'Transformation':'FLATTEN','OutputType':'JSON'}},"
                        + "'ItemProcessor':{'ProcessorConfig':{'Mode':'DISTRIBUTED','ExecutionType':'STANDARD'},'StartAt':'P','States':{'P':{'Type':'Pass','End':true}}}}}}");
        Effect.ReadItems read = (Effect.ReadItems) enter(machine, Map.of()).effect();
        assertTrue(read.loads());
        Effect.Items items = (Effect.Items) resume(machine, read.frame(), new Outcome.Loaded(List.of("[1,2]", "[3,4]")))
                .effect();
        assertEquals(List.of(1, 2, 3), items.items());
        Step joined = resume(machine, items.frame(), new Outcome.Joined(List.of(List.of(1, 2), 3)));
        assertEquals(new Effect.End(List.of(1, 2, 3)), joined.effect());
    }

    @Test
    void anItemOfADistributedMapIsAnExecutionOfItsOwn() {
        StateMachine machine = machine(
                "{'StartAt':'A','States':{'A':{'Type':'Pass','Assign':{'v':1},'Next':'M'},'M':{'Type':'Map','End':true,"
                        + "'ItemProcessor':{'ProcessorConfig':{'Mode':'DISTRIBUTED','ExecutionType':'EXPRESS'},'StartAt':'P','States':{'P':{'Type':'Pass','End':true}}}}}}");
        Frame map = ((Effect.Next) enter(machine, List.of(5)).effect()).frame();
        Effect.Items items = (Effect.Items)
                interpreter.enter(machine, map, turn(List.of(5), NOW, 4)).effect();
        assertTrue(items.distributed() && items.express());
        Frame first = ((Effect.Next) interpreter
                        .item(machine, items.frame(), 0, 5, turn(List.of(5), NOW, 6))
                        .effect())
                .frame();
        assertEquals(Map.of(), first.variables());
        assertNull(first.item());
        assertEquals(
                List.of("ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionSucceeded"),
                types(interpreter.enter(machine, first, turn(5, NOW, 1))));
    }

    @Test
    void aWaitThatIsOverIsNotWaitedFor() {
        StateMachine machine =
                machine("{'StartAt':'W','States':{'W':{'Type':'Wait','TimestampPath':'$.t','End':true}}}");
        assertInstanceOf(
                Effect.End.class,
                enter(machine, json("{'t':'2025-12-31T23:59:59Z'}")).effect());
        Effect.WaitUntil wait = (Effect.WaitUntil)
                enter(machine, json("{'t':'2026-01-01T01:00:01+01:00'}")).effect();
        assertEquals(NOW.plusSeconds(1), wait.until());
        assertThrows(IllegalArgumentException.class, () -> resume(machine, wait.frame(), new Outcome.Succeeded(1)));
        assertInstanceOf(
                Effect.End.class,
                resume(machine, wait.frame(), new Outcome.Elapsed()).effect());
        Effect.Fail failed = (Effect.Fail) enter(machine, json("{'t':'soon'}")).effect();
        assertEquals("States.Runtime", failed.error());
    }

    @Test
    void whatIsTooLargeFails() {
        StateMachine machine = machine(
                "{'StartAt':'A','States':{'A':{'Type':'Pass','Parameters':{'twice.$':'States.Array($, $)'},'End':true}}}");
        Effect.Fail failed = (Effect.Fail) enter(machine, "x".repeat(140_000)).effect();
        assertEquals("States.DataLimitExceeded", failed.error());
        StateMachine assigning = machine(
                "{'StartAt':'A','States':{'A':{'Type':'Pass','Assign':{'twice.$':'States.Array($, $)'},'End':true}}}");
        assertEquals(
                "States.DataLimitExceeded",
                ((Effect.Fail) enter(assigning, "x".repeat(140_000)).effect()).error());
        assertEquals(
                "The state/task 'A' returned a result with a size exceeding the maximum number of bytes service limit.",
                failed.cause());
    }

    @Test
    void aFrameOfAnotherDefinitionIsRefused() {
        StateMachine machine = machine("{'StartAt':'A','States':{'A':{'Type':'Succeed'}}}");
        Frame other = new Frame(List.of(), "B", 0, 0, 1, Map.of(), List.of(), null, 0, null);
        assertThrows(IllegalArgumentException.class, () -> interpreter.enter(machine, other, turn(1, NOW, 1)));
    }

    @Test
    void csvIsReadAsItIsWritten() {
        assertEquals(
                List.of(List.of("a", "b,\"c\"\nd", ""), List.of("", "x"), List.of(" ")),
                Csv.rows("\uFEFFa,\"b,\"\"c\"\"\nd\",\r\n\r\n,x\n ", ','));
    }
}
