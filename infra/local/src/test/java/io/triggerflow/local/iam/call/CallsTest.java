package io.triggerflow.local.iam.call;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.triggerflow.local.gateway.Guard;
import io.triggerflow.local.iam.Access;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests, one a line, and the permissions that they need: those of the service authorization reference. */
class CallsTest {
    private static final Arns ARNS = new Arns("r", "1");
    private static final OtherCalls OTHERS = new OtherCalls(ARNS);
    private static final Map<String, Reading> READINGS = Map.of(
            "dynamodb", new DynamoDbCalls(ARNS),
            "sqs", new SqsCalls(ARNS),
            "s3", new S3Calls(),
            "lambda", new LambdaCalls(ARNS),
            "events", new EventsCalls(ARNS),
            "scheduler", new SchedulerCalls(ARNS),
            "ssm", OTHERS::parameters,
            "cloudformation", OTHERS::stacks,
            "sts", OTHERS::identity,
            "iam", OTHERS::roles);

    /** @param request an operation of a JSON protocol, or {@code METHOD /target} */
    private record Call(String service, String request, String text) implements Guard.Call {
        @Override
        public String accessKey() {
            return "";
        }

        @Override
        public String method() {
            return request.contains(" ") ? request.substring(0, request.indexOf(' ')) : "POST";
        }

        @Override
        public String target() {
            return request.contains(" ") ? request.substring(request.indexOf(' ') + 1) : "/";
        }

        @Override
        public Optional<String> header(String name) {
            return switch (name) {
                case "X-Amz-Target" -> request.contains(" ") ? Optional.empty() : Optional.of("Service." + request);
                case "x-amz-copy-source" ->
                    text.startsWith("copy of ") ? Optional.of(text.substring(8)) : Optional.empty();
                default -> Optional.empty();
            };
        }

        @Override
        public byte[] body() {
            return text.getBytes(StandardCharsets.UTF_8);
        }
    }

    private static String spelled(Access access) {
        return access.action() + " " + access.resource()
                + new TreeMap<>(access.context())
                        .entrySet().stream().map(e -> " " + e).collect(Collectors.joining());
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "-", textBlock = """
        dynamodb | GetItem | {"TableName":"t","Key":{"p":{"S":"x"}}} | dynamodb:GetItem arn:aws:dynamodb:r:1:table/t
        dynamodb | PutItem | {"Item":{"TableName":{"S":"no"}},"TableName":"t"} | dynamodb:PutItem arn:aws:dynamodb:r:1:table/t
        dynamodb | UpdateItem | {"TableName":"arn:aws:dynamodb:r:2:table/t"} | dynamodb:UpdateItem arn:aws:dynamodb:r:2:table/t
        dynamodb | Query | {"IndexName":"i","TableName":"t"} | dynamodb:Query arn:aws:dynamodb:r:1:table/t/index/i
        dynamodb | Query | {"TableName":"t"} | dynamodb:Query arn:aws:dynamodb:r:1:table/t
        dynamodb | Scan | {"TableName":"t","IndexName":"i"} | dynamodb:Scan arn:aws:dynamodb:r:1:table/t/index/i
        dynamodb | BatchGetItem | {"RequestItems":{"t":{"Keys":[{"p":{"S":"x"}}]},"u":{}},"ReturnConsumedCapacity":"TOTAL"} | dynamodb:BatchGetItem arn:aws:dynamodb:r:1:table/t, dynamodb:BatchGetItem arn:aws:dynamodb:r:1:table/u
        dynamodb | BatchWriteItem | {"RequestItems":{"t":[{"PutRequest":{"Item":{}}},{"DeleteRequest":{}}]}} | dynamodb:BatchWriteItem arn:aws:dynamodb:r:1:table/t
        dynamodb | TransactWriteItems | {"ClientRequestToken":"c","TransactItems":[{"Put":{"Item":{"a":{"L":[{"S":"b"}]}},"TableName":"t"}},{"Update":{"TableName":"t"}},{"ConditionCheck":{"TableName":"u"}},{"Delete":{"TableName":"t"}},{"Put":{"TableName":"t"}}]} | dynamodb:PutItem arn:aws:dynamodb:r:1:table/t, dynamodb:UpdateItem arn:aws:dynamodb:r:1:table/t, dynamodb:ConditionCheckItem arn:aws:dynamodb:r:1:table/u, dynamodb:DeleteItem arn:aws:dynamodb:r:1:table/t
        dynamodb | TransactGetItems | {"TransactItems":[{"Get":{"TableName":"t"}}]} | dynamodb:GetItem arn:aws:dynamodb:r:1:table/t
        dynamodb | ListTables | {} | dynamodb:ListTables *
        sqs | SendMessage | {"QueueUrl":"http://127.0.0.1:1/000000000000/q","MessageBody":"x"} | sqs:SendMessage arn:aws:sqs:r:1:q
        sqs | SendMessageBatch | {"Entries":[{"MessageBody":"QueueUrl"}],"QueueUrl":"http://h/1/q.fifo"} | sqs:SendMessage arn:aws:sqs:r:1:q.fifo
        sqs | DeleteMessageBatch | {"QueueUrl":"http://h/1/q"} | sqs:DeleteMessage arn:aws:sqs:r:1:q
        sqs | ChangeMessageVisibilityBatch | {"QueueUrl":"http://h/1/q"} | sqs:ChangeMessageVisibility arn:aws:sqs:r:1:q
        sqs | GetQueueUrl | {"QueueName":"q"} | sqs:GetQueueUrl arn:aws:sqs:r:1:q
        sqs | ListQueues | {} | sqs:ListQueues *
        sqs | StartMessageMoveTask | {"SourceArn":"arn:aws:sqs:r:1:dead"} | sqs:StartMessageMoveTask arn:aws:sqs:r:1:dead
        sqs | POST / | Action=ReceiveMessage&QueueUrl=http%3A%2F%2Fh%2F1%2Fq | sqs:ReceiveMessage arn:aws:sqs:r:1:q
        sqs | POST /1/q | Action=DeleteMessage | sqs:DeleteMessage arn:aws:sqs:r:1:q
        sqs | GET /1/q?Action=SendMessage&MessageBody=a+b | - | sqs:SendMessage arn:aws:sqs:r:1:q
        s3 | GET /b/a/k%20+1?x-id=GetObject | - | s3:GetObject arn:aws:s3:::b/a/k +1
        s3 | HEAD /b/k | - | s3:GetObject arn:aws:s3:::b/k
        s3 | PUT /b/k | - | s3:PutObject arn:aws:s3:::b/k
        s3 | PUT /b/k | copy of /from/a%20b?versionId=1 | s3:PutObject arn:aws:s3:::b/k, s3:GetObject arn:aws:s3:::from/a b
        s3 | DELETE /b/k | - | s3:DeleteObject arn:aws:s3:::b/k
        s3 | POST /b?delete | <Delete><Object><Key>a&amp;b</Key></Object><Object><Key>c</Key></Object></Delete> | s3:DeleteObject arn:aws:s3:::b/a&b, s3:DeleteObject arn:aws:s3:::b/c
        s3 | POST /b/k?uploads | - | s3:PutObject arn:aws:s3:::b/k
        s3 | PUT /b/k?partNumber=1&uploadId=u | - | s3:PutObject arn:aws:s3:::b/k
        s3 | POST /b/k?uploadId=u | - | s3:PutObject arn:aws:s3:::b/k
        s3 | DELETE /b/k?uploadId=u | - | s3:AbortMultipartUpload arn:aws:s3:::b/k
        s3 | GET /b/k?tagging | - | s3:GetObjectTagging arn:aws:s3:::b/k
        s3 | GET /b?list-type=2&prefix=a%2F | - | s3:ListBucket arn:aws:s3:::b s3:prefix=a/
        s3 | HEAD /b | - | s3:ListBucket arn:aws:s3:::b
        s3 | GET / | - | s3:ListAllMyBuckets *
        lambda | POST /2015-03-31/functions/f/invocations | - | lambda:InvokeFunction arn:aws:lambda:r:1:function:f
        lambda | POST /2015-03-31/functions/f/invocations?Qualifier=live | - | lambda:InvokeFunction arn:aws:lambda:r:1:function:f:live
        lambda | POST /2015-03-31/functions/f%3Alive/invocations | - | lambda:InvokeFunction arn:aws:lambda:r:1:function:f:live
        lambda | POST /2015-03-31/functions/arn%3Aaws%3Alambda%3Ar%3A000000000001%3Afunction%3Af%3A7/invocations | - | lambda:InvokeFunction arn:aws:lambda:r:1:function:f:7
        lambda | POST /2015-03-31/functions/000000000001:function:f/invocations | - | lambda:InvokeFunction arn:aws:lambda:r:1:function:f
        lambda | GET /2015-03-31/functions/f | - | lambda:GetFunction arn:aws:lambda:r:1:function:f
        lambda | GET /2015-03-31/functions/ | - | lambda:ListFunctions *
        lambda | PUT /2019-09-25/functions/f/event-invoke-config | - | lambda:PutFunctionEventInvokeConfig arn:aws:lambda:r:1:function:f
        lambda | POST /2015-03-31/event-source-mappings/ | - | lambda:CreateEventSourceMapping *
        lambda | DELETE /2015-03-31/event-source-mappings/u | - | lambda:DeleteEventSourceMapping arn:aws:lambda:r:1:event-source-mapping:u
        events | PutEvents | {"Entries":[{"Source":"a","DetailType":"t","Detail":"{}"},{"EventBusName":"b","Source":"a"},{"EventBusName":"arn:aws:events:r:1:event-bus/b","Source":"a"}]} | events:PutEvents arn:aws:events:r:1:event-bus/default events:detail-type=t events:source=a, events:PutEvents arn:aws:events:r:1:event-bus/b events:source=a
        events | PutRule | {"Name":"n","EventBusName":"b"} | events:PutRule arn:aws:events:r:1:rule/b/n
        events | DeleteRule | {"Name":"n"} | events:DeleteRule arn:aws:events:r:1:rule/n
        events | PutTargets | {"Rule":"n","Targets":[{"Id":"1","Arn":"x","RoleArn":"arn:role"},{"Id":"2","Arn":"y"}]} | events:PutTargets arn:aws:events:r:1:rule/n, iam:PassRole arn:role iam:passedtoservice=events.amazonaws.com
        events | DescribeEventBus | {"Name":"b"} | events:DescribeEventBus arn:aws:events:r:1:event-bus/b
        events | ListRules | {} | events:ListRules *
        scheduler | POST /schedules/s | {"GroupName":"g","Target":{"Arn":"x","RoleArn":"arn:role"}} | scheduler:CreateSchedule arn:aws:scheduler:r:1:schedule/g/s, iam:PassRole arn:role iam:passedtoservice=scheduler.amazonaws.com
        scheduler | PUT /schedules/s | {"Target":{"Arn":"x"}} | scheduler:UpdateSchedule arn:aws:scheduler:r:1:schedule/default/s
        scheduler | DELETE /schedules/s?groupName=g | - | scheduler:DeleteSchedule arn:aws:scheduler:r:1:schedule/g/s
        scheduler | GET /schedules | - | scheduler:ListSchedules *
        scheduler | POST /schedule-groups/g | {} | scheduler:CreateScheduleGroup arn:aws:scheduler:r:1:schedule-group/g
        ssm | GetParameter | {"Name":"/a/b","WithDecryption":true} | ssm:GetParameter arn:aws:ssm:r:1:parameter/a/b
        ssm | GetParameters | {"Names":["a","/b"]} | ssm:GetParameters arn:aws:ssm:r:1:parameter/a, ssm:GetParameters arn:aws:ssm:r:1:parameter/b
        ssm | DescribeParameters | {} | ssm:DescribeParameters *
        cloudformation | POST / | Action=DescribeStacks&StackName=s | cloudformation:DescribeStacks arn:aws:cloudformation:r:1:stack/s/*
        sts | POST / | Action=GetCallerIdentity | -
        iam | POST / | Action=PutRolePolicy&RoleName=n | iam:PutRolePolicy arn:aws:iam::1:role/n
        """)
    void needs(String service, String request, String body, String expected) throws IOException {
        String needed = READINGS.get(service).of(new Call(service, request, body == null ? "" : body)).stream()
                .map(CallsTest::spelled)
                .collect(Collectors.joining(", "));
        assertEquals(expected == null ? "" : expected, needed);
    }

    /** A call that nobody knows is refused, and says what it was. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "-", textBlock = """
        dynamodb | ExecuteStatement | {} | dynamodb:ExecuteStatement
        dynamodb | TransactWriteItems | {"TransactItems":[{"Replace":{}}]} | Replace
        sqs | AddPermission | {} | sqs:AddPermission
        sqs | POST / | Action=Conjure | sqs:Conjure
        s3 | GET /b/k?torrent | - | ?torrent
        s3 | PUT /b?versioning | - | ?versioning
        s3 | POST /b?delete | nothing | s3:DeleteObject
        s3 | GET /b/%zz | - | %zz
        lambda | POST /2015-03-31/functions | {} | lambda:CreateFunction
        lambda | PATCH /2015-03-31/functions/f/code | - | PATCH
        lambda | GET /2015-03-31/layers | - | /layers
        events | StartReplay | {} | events:StartReplay
        scheduler | PATCH /schedules/s | - | PATCH
        ssm | StartSession | {} | ssm:StartSession
        cloudformation | POST / | Action=DeleteStack | cloudformation:DeleteStack
        sts | POST / | Action=AssumeRole | sts:AssumeRole
        """)
    void isNotKnown(String service, String request, String body, String named) {
        var error = assertThrows(UnknownCallException.class, () -> READINGS.get(service)
                .of(new Call(service, request, body == null ? "" : body)));
        assertTrue(error.getMessage().contains(named), error.getMessage());
    }
}
