package io.triggerflow.local.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemplateReaderTest {

    @TempDir
    Path dir;

    private Template read(String yaml, Map<String, String> parameters) {
        try {
            return TemplateReader.read(
                    Files.writeString(dir.resolve("template.yaml"), yaml), parameters, LocalNames.onPort(4566));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private Template read(String yaml) {
        return read(yaml, Map.of());
    }

    private String failure(String yaml) {
        return assertThrows(TemplateException.class, () -> read(yaml)).getMessage();
    }

    @Test
    void resolvesEveryShortFormToLocalNames() {
        Template template = read("""
                AWSTemplateFormatVersion: 2010-09-09
                Transform: AWS::Serverless-2016-10-31
                Parameters:
                  Stage: {Type: String, Default: dev}
                  Zones: {Type: CommaDelimitedList, Default: 'a, b'}
                Mappings:
                  Sizes: {dev: {memory: 512}}
                Conditions:
                  IsDev: !Equals [!Ref Stage, dev]
                  IsProd: !Not [!Condition IsDev]
                  Either: !Or [!Condition IsProd, !Condition IsDev]
                Globals:
                  Function:
                    Timeout: 30
                    Layers: [one]
                    Environment: {Variables: {QUEUE: !Ref Events, BOTH: global}}
                Resources:
                  Events: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub '${AWS::StackName}-events-${Stage}'}}
                  Ordered: {Type: AWS::SQS::Queue, Properties: {FifoQueue: true}}
                  OnlyProd: {Type: AWS::SQS::Queue, Condition: IsProd}
                  Bus: {Type: AWS::Events::EventBus, Properties: {Name: tf}}
                  Table: {Type: AWS::DynamoDB::Table}
                  Fn:
                    Type: AWS::Serverless::Function
                    Properties:
                      Handler: a.B
                      Layers: [two]
                      MemorySize: !FindInMap [Sizes, !Ref Stage, memory]
                      ReservedConcurrentExecutions: !If [IsProd, 5, !Ref AWS::NoValue]
                      Role: !GetAtt FnRole.Arn
                      Environment:
                        Variables:
                          BOTH: local
                          ARN: !GetAtt Events.Arn
                          TABLE: !Ref Table
                          JOINED: !Join ['-', [!Select [1, !Split [',', 'x,y']], !Select [1, !Ref Zones]]]
                          LITERAL: !Sub ['${!Keep} ${V} ${Bus.Arn}', {V: !Ref Bus}]
                          ACCOUNT: !Ref AWS::AccountId
                      Events:
                        Queue: {Type: SQS, Properties: {Queue: !GetAtt Events.Arn, BatchSize: 10}}
                        Http: {Type: HttpApi, Properties: {Path: /x, Method: GET}}
                Outputs:
                  Url: {Value: !Sub 'https://${ServerlessHttpApi}.execute-api.${AWS::Region}.amazonaws.com/'}
                  Endpoint: {Value: !GetAtt ServerlessHttpApi.ApiEndpoint}
                  QueueUrl: {Value: !Ref Events}
                  Prod: {Condition: IsProd, Value: !Ref OnlyProd}
                """);
        Resource fn = template.resources().get("Fn");
        assertEquals("triggerflow-Fn", fn.physicalName());
        assertEquals(30, fn.integer("Timeout").orElseThrow());
        assertEquals(512, fn.integer("MemorySize").orElseThrow());
        assertEquals(List.of("one", "two"), fn.list("Layers"));
        assertTrue(fn.at("ReservedConcurrentExecutions").isEmpty());
        assertEquals(
                "arn:aws:iam::000000000000:role/triggerflow-FnRole",
                fn.string("Role").orElseThrow());
        assertEquals(
                Map.of(
                        "QUEUE",
                        "http://127.0.0.1:4566/000000000000/triggerflow-events-dev",
                        "BOTH",
                        "local",
                        "ARN",
                        "arn:aws:sqs:us-east-1:000000000000:triggerflow-events-dev",
                        "TABLE",
                        "triggerflow-Table",
                        "JOINED",
                        "y-b",
                        "LITERAL",
                        "${Keep} tf arn:aws:events:us-east-1:000000000000:event-bus/tf",
                        "ACCOUNT",
                        "000000000000"),
                fn.map("Environment", "Variables"));
        assertEquals(
                "arn:aws:sqs:us-east-1:000000000000:triggerflow-events-dev",
                fn.string("Events", "Queue", "Properties", "Queue").orElseThrow());
        assertFalse(template.resources().containsKey("OnlyProd"));
        assertEquals(
                "triggerflow-Ordered.fifo", template.resources().get("Ordered").physicalName());
        assertEquals(
                "http://127.0.0.1:4566/_api/ServerlessHttpApi/",
                template.outputs().get("Url"));
        assertEquals(
                "http://127.0.0.1:4566/_api/ServerlessHttpApi",
                template.outputs().get("Endpoint"));
        assertFalse(template.outputs().containsKey("Prod"));
        assertEquals(List.of(), template.warnings());
    }

    @Test
    void parametersAreOverriddenAndChecked() {
        String yaml = """
                Parameters:
                  Stage: {Type: String, AllowedValues: [dev, prod]}
                Resources:
                  Q: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub 'q-${Stage}'}}
                """;
        assertEquals(
                "q-prod",
                read(yaml, Map.of("Stage", "prod")).resources().get("Q").physicalName());
        assertTrue(assertThrows(TemplateException.class, () -> read(yaml, Map.of("Stage", "x")))
                .getMessage()
                .contains("template.yaml:2 at Parameters.Stage: Expected one of [dev, prod], but got 'x'"));
        assertTrue(failure(yaml).contains("Expected a value for the parameter 'Stage'"));
    }

    @Test
    void everyProblemNamesFileLineAndPath() {
        String message = failure("""
                Resources:
                  A:
                    Type: AWS::SQS::Queue
                    Properties:
                      RedrivePolicy:
                        deadLetterTargetArn: !GetAtt Nowhere.Arn
                  B:
                    Type: AWS::Serverless::Function
                    Properties:
                      Timeout: !Cidr [x]
                  C:
                    Type: AWS::CloudWatch::Dashboard
                    Properties: {DashboardBody: !GetAtt A.Colour}
                """);
        List<String> lines = message.lines().toList();
        assertEquals(2, lines.size(), message);
        assertTrue(
                lines.get(0)
                        .endsWith("template.yaml:6 at Resources.A.Properties.RedrivePolicy.deadLetterTargetArn: "
                                + "Expected a resource of the template, but 'Nowhere' is none"),
                message);
        assertTrue(lines.get(1).contains(":10 at Resources.B.Properties.Timeout"), message);
        assertTrue(lines.get(1).endsWith("but got Fn::Cidr"), message);
    }

    @Test
    void whatIsNotRunLocallyIsAWarning() {
        Template template = read("""
                Resources:
                  A: {Type: AWS::SQS::Queue}
                  Board: {Type: AWS::CloudWatch::Dashboard, Properties: {Body: !GetAtt A.Colour, Name: x}}
                """);
        assertEquals(1, template.warnings().size());
        assertEquals(Map.of("Name", "x"), template.resources().get("Board").properties());
    }

    @Test
    void badYamlCyclesAndRepeatedKeysAreRefused() {
        assertTrue(failure("Resources: [").contains("Expected YAML in"));
        assertTrue(failure("x: 1").contains("Expected a Resources section"));
        assertTrue(failure("").contains("holds nothing"));
        assertTrue(failure("Resources:\n  A: {Type: AWS::SQS::Queue}\n  A: {Type: AWS::SQS::Queue}\n")
                .contains("'A' once"));
        assertTrue(failure("Resources:\n  A: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref A}}\n")
                .contains("depends on itself"));
        assertTrue(failure("Conditions: {C: !Condition C}\nResources:\n  A: {Type: AWS::SQS::Queue, Condition: C}\n")
                .contains("cycle"));
    }

    @Test
    void samMakesTheQueueOfADestinationWithoutOne() {
        Template template = read("""
                Resources:
                  Fn:
                    Type: AWS::Serverless::Function
                    Properties:
                      EventInvokeConfig: {MaximumRetryAttempts: 0, DestinationConfig: {OnFailure: {Type: SQS}}}
                """);
        assertEquals(
                "arn:aws:sqs:us-east-1:000000000000:triggerflow-FnEventInvokeConfigOnFailureQueue",
                template.resources()
                        .get("Fn")
                        .string("EventInvokeConfig", "DestinationConfig", "OnFailure", "Destination")
                        .orElseThrow());
        assertEquals(
                "AWS::SQS::Queue",
                template.resources().get("FnEventInvokeConfigOnFailureQueue").type());
    }

    private static final String RULES = """
            Parameters:
              Batch: {Type: Number, Default: 10, MinValue: 1, MaxValue: 100}
              Window: {Type: Number, Default: 0}
            Rules:
              LargeBatchesNeedAWindow:
                RuleCondition: !Equals [!Ref Window, 0]
                Assertions:
                  - Assert: !Contains [['1', '10'], !Ref Batch]
                    AssertDescription: Expected a window for a large batch.
              Even:
                Assertions:
                  - Assert: !Not [!Equals [!Ref Batch, 11]]
            Resources:
              Q: {Type: AWS::SQS::Queue}
            """;

    @Test
    void keepsTheRulesAmongParameters() {
        assertEquals("10", read(RULES).parameters().get("Batch"));
        assertEquals(
                "50",
                read(RULES, Map.of("Batch", "50", "Window", "1")).parameters().get("Batch"));
        assertTrue(
                failureOf(RULES, Map.of("Batch", "50"))
                        .contains(
                                "template.yaml:8 at Rules.LargeBatchesNeedAWindow.Assertions.0: Expected a window for a large batch."));
        assertTrue(failureOf(RULES, Map.of("Batch", "11", "Window", "1")).contains("Rules.Even.Assertions.0"));
        assertTrue(failureOf(RULES, Map.of("Batch", "101", "Window", "1"))
                .endsWith("Expected a number of at least 1 and at most 100, but got '101'"));
    }

    private String failureOf(String yaml, Map<String, String> parameters) {
        return assertThrows(TemplateException.class, () -> read(yaml, parameters))
                .getMessage();
    }

    @Test
    void findsWhatTheStacksBeforeItGive() {
        Template engine = read("""
                Resources:
                  Events: {Type: AWS::SQS::Queue}
                  Watch: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: watch.yaml}}
                  P: {Type: AWS::SSM::Parameter, Properties: {Name: !Sub '/${AWS::StackName}/queue', Type: String, Value: !GetAtt Events.Arn}}
                  F: {Type: AWS::Serverless::Function, Properties: {Handler: a.B, CodeUri: x.zip, Environment: {Variables: {ALARM: !GetAtt Watch.Outputs.Errors}}}}
                Outputs:
                  Arn: {Value: !GetAtt Events.Arn, Export: {Name: !Sub '${AWS::StackName}-arn'}}
                """);
        String arn = LocalNames.onPort(4566).queueArn("triggerflow-Events");
        assertEquals(Map.of("triggerflow-arn", arn), engine.exports());
        assertEquals(
                "triggerflow-Watch-Errors",
                engine.resources()
                        .get("F")
                        .string("Environment", "Variables", "ALARM")
                        .orElseThrow());

        String application = """
                Parameters:
                  Engine: {Type: String, Default: triggerflow}
                  Typed: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /triggerflow/queue}
                Resources:
                  F:
                    Type: AWS::Serverless::Function
                    Properties:
                      Handler: a.B
                      CodeUri: x.zip
                      Environment:
                        Variables:
                          IMPORTED: !ImportValue triggerflow-arn
                          RESOLVED: !Sub 'to {{resolve:ssm:/${Engine}/queue:1}}'
                          TYPED: !Ref Typed
                """;
        try {
            Path file = Files.writeString(dir.resolve("application.yaml"), application);
            Map<String, Object> variables = TemplateReader.read(
                            file, Map.of(), LocalNames.onPort(4566), OtherStacks.of(List.of(engine)))
                    .resources()
                    .get("F")
                    .map("Environment", "Variables");
            assertEquals(Map.of("IMPORTED", arn, "RESOLVED", "to " + arn, "TYPED", arn), variables);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        assertTrue(
                failure(application)
                        .endsWith(
                                "at Parameters.Typed: Expected an AWS::SSM::Parameter of a stack before this one, but none is named "
                                        + "'/triggerflow/queue': name its template first, or give the value as a parameter of that name"));
        assertEquals(
                "to x",
                read(application, Map.of("/triggerflow/queue", "x", "triggerflow-arn", "y"))
                        .resources()
                        .get("F")
                        .string("Environment", "Variables", "RESOLVED")
                        .orElseThrow());
    }
}
