package io.triggerflow.asl.teststate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.triggerflow.asl.data.Queries;
import io.triggerflow.asl.interpret.Effect;
import io.triggerflow.asl.interpret.Outcome;
import io.triggerflow.asl.json.Json;
import io.triggerflow.asl.json.JsonException;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TestStateTest {
    private static final String TASK =
            "{'Type':'Task','Resource':'arn:aws:states:::lambda:invoke','Parameters':{'FunctionName':'f','Payload.$':'$'},"
                    + "'ResultSelector':{'p.$':'$.Payload'},'ResultPath':'$.r','Retry':[{'ErrorEquals':['Busy'],'IntervalSeconds':2}],"
                    + "'Catch':[{'ErrorEquals':['States.ALL'],'Next':'Handle'}],'Next':'After'}";
    private static final String MAP =
            "{'Type':'Map','ItemsPath':'$.l','ItemSelector':{'v.$':'$$.Map.Item.Value'},'ToleratedFailureCount':1,"
                    + "'ItemProcessor':{'StartAt':'P','States':{'P':{'Type':'Pass','End':true}}},'End':true}";
    private final TestState testState = new TestState(new Queries());

    private static String quoted(String text) {
        return text.replace('\'', '"');
    }

    private Map<String, Object> run(
            String definition, String input, Mock mock, Configuration configuration, Calls calls)
            throws TestStateException, JsonException {
        Request request = new Request(
                quoted(definition),
                null,
                Json.parse(quoted(input)),
                "arn:r",
                Request.Level.DEBUG,
                mock,
                null,
                Map.of(),
                configuration,
                false);
        return testState.run(request, Instant.EPOCH, 1, calls);
    }

    private static Mock result(String json) {
        return new Mock(quoted(json), null, null, Mock.Validation.STRICT);
    }

    private static Mock error(String error) {
        return new Mock(null, error, "because", Mock.Validation.STRICT);
    }

    @Test
    void theDataFlowIsTold() throws Exception {
        assertEquals(
                quoted(
                                "{'output':'{|a|:1,|r|:{|p|:2}}','nextState':'After','status':'SUCCEEDED','inspectionData':{'input':'{|a|:1}',"
                                        + "'afterInputPath':'{|a|:1}','afterParameters':'{|FunctionName|:|f|,|Payload|:{|a|:1}}',"
                                        + "'result':'{|Payload|:2}','afterResultSelector':'{|p|:2}','afterResultPath':'{|a|:1,|r|:{|p|:2}}'}}")
                        .replace("|", "\\\""),
                Json.write(run(TASK, "{'a':1}", result("{'Payload':2}"), Configuration.NONE, Calls.NONE)));
    }

    @Test
    void errorsAreRetriedThenCaught() throws Exception {
        Map<String, Object> retried =
                run(TASK, "{}", error("Busy"), new Configuration(2, null, null, null), Calls.NONE);
        assertEquals("RETRIABLE", retried.get("status"));
        assertEquals(
                Map.of("retryIndex", 0, "retryBackoffIntervalSeconds", 8L),
                ((Map<?, ?>) retried.get("inspectionData")).get("errorDetails"));
        Map<String, Object> caught = run(TASK, "{}", error("Busy"), new Configuration(3, null, null, null), Calls.NONE);
        assertEquals("CAUGHT_ERROR", caught.get("status"));
        assertEquals("Handle", caught.get("nextState"));
        assertEquals("Busy", caught.get("error"));
    }

    @Test
    void aTaskWithoutMockIsCalled() throws Exception {
        Map<String, Object> response = run(
                TASK,
                "{'a':1}",
                null,
                Configuration.NONE,
                effect -> new Outcome.Succeeded(Map.of("Payload", ((Effect.InvokeFunction) effect).payload())));
        assertEquals("{\"a\":1,\"r\":{\"p\":\"{\\\"a\\\":1}\"}}", response.get("output"));
    }

    @Test
    void aCalledFunctionsErrorIsToldWhenItIsCaught() throws Exception {
        Map<String, Object> caught =
                run(TASK, "{}", null, Configuration.NONE, effect -> new Outcome.Failed("Own", "why"));
        assertEquals("CAUGHT_ERROR", caught.get("status"));
        assertEquals("Own", caught.get("error"));
        assertEquals("why", caught.get("cause"));
    }

    @Test
    void toleratedFailuresOfAMapAreCounted() throws Exception {
        String input = "{'l':[1,2,3]}";
        Mock mock = result("[1,2,3]");
        assertEquals(
                "SUCCEEDED",
                run(MAP, input, mock, new Configuration(null, 1, null, null), Calls.NONE)
                        .get("status"));
        Map<String, Object> exceeded = run(MAP, input, mock, new Configuration(null, 2, null, null), Calls.NONE);
        assertEquals("States.ExceedToleratedFailureThreshold", exceeded.get("error"));
        assertEquals(
                "[{\"v\":1},{\"v\":2},{\"v\":3}]",
                ((Map<?, ?>) exceeded.get("inspectionData")).get("afterItemSelector"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "lambda:invoke|{'StatusCode':'200'}|Field 'StatusCode' must be a number",
                "events:putEvents|{'Entries':[{'EventId':'1'},{'EventId':2}]}|Field 'EventId' must be a string",
                "states:startExecution|{'ExecutionArn':'a'}|Required field 'StartDate' is missing",
                "aws-sdk:lambda:getFunction|{'Configuration':{'Timeout':0}}|Field 'Timeout' is less than the minimum value",
                "aws-sdk:s3:getObject|{'StorageClass':'COLD'}|Field 'StorageClass' is not an expected value",
                "aws-sdk:s3:getObject|[]|Field 'Result' must be an object",
            })
    void mockedAnswersLookLikeTheApis(String api, String answer, String problem) {
        String definition = "{'Type':'Task','Resource':'arn:aws:states:::" + api
                + "','Parameters':{'FunctionName':'f'},'End':true}";
        TestStateException refused = assertThrows(
                TestStateException.class, () -> run(definition, "{}", result(answer), Configuration.NONE, Calls.NONE));
        assertEquals("Mock result schema validation error: " + problem, refused.getMessage());
        assertEquals("ValidationException", refused.code());
    }

    @Test
    void whatCannotBeTestedIsRefused() {
        assertThrows(
                TestStateException.class,
                () -> run("{'Type':'Pass','End':true}", "{}", result("1"), Configuration.NONE, Calls.NONE));
        TestStateException refused = assertThrows(
                TestStateException.class, () -> run(MAP, "{'l':[]}", null, Configuration.NONE, Calls.NONE));
        assertEquals("InvalidDefinition", refused.code());
    }
}
