package io.triggerflow.local.iam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.triggerflow.local.template.LocalNames;
import io.triggerflow.local.template.TemplateException;
import io.triggerflow.local.template.TemplateReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What templates grant: to functions by themselves or through SAM, to services, to schedules. */
class IamTest {
    private static final String SQS = "arn:aws:sqs:us-east-1:000000000000:triggerflow-";

    @TempDir
    private Path dir;

    private final List<String> log = new ArrayList<>();

    private Iam iam(String resources) throws IOException {
        Path file = dir.resolve("template.yaml");
        Files.writeString(file, """
            Transform: AWS::Serverless-2016-10-31
            Globals: {Function: {Runtime: java21, Handler: x, CodeUri: .}}
            Resources:
              Jobs: {Type: AWS::SQS::Queue}
              Done: {Type: AWS::SQS::Queue}
              Table: {Type: AWS::Serverless::SimpleTable}
            """ + resources.indent(2));
        return Iam.of(List.of(TemplateReader.read(file, Map.of(), LocalNames.onPort(1))), log::add);
    }

    private static boolean may(Iam iam, String function, String action, String resource) {
        return iam.functionRefusal("triggerflow-" + function, Access.to(action, resource))
                .isEmpty();
    }

    private static Optional<String> delivery(Iam iam, String source, Optional<String> role, String target) {
        return iam.deliveryRefusal(source, role, Access.delivery(target).orElseThrow());
    }

    @Test
    void samGrantsWhatItsFunctionsNeed() throws IOException {
        Iam iam = iam("""
            F:
              Type: AWS::Serverless::Function
              Properties:
                EventInvokeConfig:
                  DestinationConfig:
                    OnSuccess: {Type: SQS, Destination: !GetAtt Done.Arn}
                    OnFailure: {Type: EventBridge, Destination: !Sub 'arn:aws:events:${AWS::Region}:${AWS::AccountId}:event-bus/x'}
                Events:
                  Jobs: {Type: SQS, Properties: {Queue: !GetAtt Jobs.Arn}}
            G:
              Type: AWS::Serverless::Function
              Properties:
                DeadLetterQueue: {Type: SQS, TargetArn: !GetAtt Done.Arn}
            """);
        assertTrue(may(iam, "F", "sqs:ReceiveMessage", SQS + "Jobs"));
        assertTrue(may(iam, "F", "sqs:SendMessage", SQS + "Done"));
        assertTrue(may(iam, "F", "events:PutEvents", "arn:aws:events:us-east-1:000000000000:event-bus/x"));
        assertTrue(!may(iam, "F", "sqs:SendMessage", SQS + "Jobs"));
        assertTrue(may(iam, "G", "sqs:SendMessage", SQS + "Done"));
        assertTrue(!may(iam, "G", "sqs:ReceiveMessage", SQS + "Jobs"));
        assertEquals(List.of(), iam.permissions().unused(), "what SAM grants by itself is nobody's mistake");
    }

    @Test
    void policiesComeInEveryForm() throws IOException {
        Iam iam = iam("""
            Own:
              Type: AWS::IAM::ManagedPolicy
              Properties:
                PolicyDocument: {Statement: {Effect: Allow, Action: 'sqs:SendMessage', Resource: !GetAtt Jobs.Arn}}
            F:
              Type: AWS::Serverless::Function
              Properties:
                Policies:
                  - !Ref Own
                  - AmazonS3ReadOnlyAccess
                  - arn:aws:iam::aws:policy/AmazonSSMReadOnlyAccess
                  - DynamoDBReadPolicy: {TableName: !Ref Table}
                  - CloudWatchPutMetricPolicy: {}
                  - Statement: {Effect: Deny, Action: 's3:*', Resource: 'arn:aws:s3:::secret/*'}
                  - !Ref AWS::NoValue
            """);
        assertTrue(may(iam, "F", "sqs:SendMessage", SQS + "Jobs"));
        assertTrue(may(iam, "F", "s3:GetObject", "arn:aws:s3:::open/k"));
        assertTrue(!may(iam, "F", "s3:GetObject", "arn:aws:s3:::secret/k"));
        assertTrue(may(iam, "F", "ssm:GetParameter", "arn:aws:ssm:us-east-1:000000000000:parameter/p"));
        String table = "arn:aws:dynamodb:us-east-1:000000000000:table/triggerflow-Table";
        assertTrue(may(iam, "F", "dynamodb:Query", table + "/index/i"));
        assertTrue(!may(iam, "F", "dynamodb:PutItem", table));
        assertEquals(
                List.of(), log.stream().filter(line -> !line.contains("denied")).toList());
    }

    @Test
    void rolesAreThoseThatAreNamed() throws IOException {
        Iam iam = iam("""
            Bound:
              Type: AWS::IAM::ManagedPolicy
              Properties:
                PolicyDocument: {Statement: {Effect: Allow, Action: ['sqs:SendMessage', 's3:*'], Resource: '*'}}
            Worker:
              Type: AWS::IAM::Role
              Properties:
                Path: /jobs/
                PermissionsBoundary: !Ref Bound
                AssumeRolePolicyDocument: {Statement: {Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: 'sts:AssumeRole'}}
                Policies:
                  - {PolicyName: send, PolicyDocument: {Statement: {Effect: Allow, Action: 'sqs:*', Resource: !GetAtt Jobs.Arn}}}
            More:
              Type: AWS::IAM::Policy
              Properties:
                PolicyName: more
                Roles: [!Ref Worker]
                PolicyDocument: {Statement: {Effect: Allow, Action: 's3:GetObject', Resource: '*'}}
            F:
              Type: AWS::Serverless::Function
              Properties:
                Role: !GetAtt Worker.Arn
                Events: {Jobs: {Type: SQS, Properties: {Queue: !GetAtt Jobs.Arn}}}
            Foreign:
              Type: AWS::Serverless::Function
              Properties: {Role: 'arn:aws:iam::123456789012:role/elsewhere'}
            """);
        assertTrue(may(iam, "F", "sqs:SendMessage", SQS + "Jobs"));
        assertTrue(may(iam, "F", "s3:GetObject", "arn:aws:s3:::b/k"));
        assertTrue(!may(iam, "F", "sqs:ReceiveMessage", SQS + "Jobs"), "beyond the boundary");
        assertTrue(
                iam.functionRefusal("triggerflow-F", Access.to("s3:PutObject", "arn:aws:s3:::b/k"))
                        .orElseThrow()
                        .startsWith(
                                "User: arn:aws:sts::000000000000:assumed-role/triggerflow-Worker/triggerflow-F is not"),
                "a path is no part of a session's name");
        assertTrue(may(iam, "Foreign", "sqs:SendMessage", SQS + "Jobs"), "nothing is known of it");
        assertTrue(log.toString().contains("arn:aws:iam::123456789012:role/elsewhere"), log::toString);
        assertEquals(Map.of(), iam.credentials("triggerflow-Foreign"));
        assertEquals(3, iam.credentials("triggerflow-F").size());
    }

    @Test
    void servicesDeliverWhereTheyAreLetIn() throws IOException {
        Iam iam = iam("""
            F:
              Type: AWS::Serverless::Function
              Properties:
                Events: {Rule: {Type: EventBridgeRule, Properties: {Pattern: {source: [x]}}}}
            G: {Type: AWS::Serverless::Function}
            GPermission:
              Type: AWS::Lambda::Permission
              Properties: {FunctionName: !Ref G, Action: 'lambda:InvokeFunction', Principal: s3.amazonaws.com, SourceArn: 'arn:aws:s3:::mine', SourceAccount: !Ref AWS::AccountId}
            Bus: {Type: AWS::Events::EventBus, Properties: {Name: orders}}
            Rule:
              Type: AWS::Events::Rule
              Properties: {EventBusName: !Ref Bus, Name: r, EventPattern: {source: [x]}, Targets: [{Id: q, Arn: !GetAtt Jobs.Arn}]}
            WhoSends:
              Type: AWS::SQS::QueuePolicy
              Properties:
                Queues: [!Ref Jobs]
                PolicyDocument:
                  Statement:
                    Effect: Allow
                    Principal: {Service: events.amazonaws.com}
                    Action: 'sqs:SendMessage'
                    Resource: !GetAtt Jobs.Arn
                    Condition: {ArnEquals: {aws:SourceArn: !GetAtt Rule.Arn}}
            """);
        String rule = "arn:aws:events:us-east-1:000000000000:rule/orders/r";
        String function = "arn:aws:lambda:us-east-1:000000000000:function:triggerflow-";
        assertEquals(Optional.empty(), delivery(iam, rule, Optional.empty(), SQS + "Jobs"));
        assertTrue(delivery(iam, rule + "x", Optional.empty(), SQS + "Jobs").isPresent());
        assertTrue(delivery(iam, rule, Optional.empty(), SQS + "Done").isPresent());
        assertEquals(Optional.empty(), delivery(iam, rule, Optional.empty(), function + "F"));
        assertTrue(delivery(iam, rule, Optional.empty(), function + "G").isPresent());
        assertEquals(Optional.empty(), delivery(iam, "arn:aws:s3:::mine", Optional.empty(), function + "G"));
        assertTrue(delivery(iam, "arn:aws:s3:::yours", Optional.empty(), function + "G")
                .isPresent());
        assertEquals(
                Optional.empty(),
                delivery(iam, rule, Optional.empty(), "arn:aws:sqs:us-east-1:000000000000:made-by-api"),
                "nothing is known of the policy of a queue that no template made");
    }

    @Test
    void busesSeeWhatTheyAreTold() throws IOException {
        Iam iam = iam("""
            Bus: {Type: AWS::Events::EventBus, Properties: {Name: orders}}
            NotTheirs:
              Type: AWS::Events::EventBusPolicy
              Properties:
                EventBusName: !Ref Bus
                StatementId: s
                Statement: {Effect: Deny, Principal: '*', Action: 'events:PutEvents', Resource: !GetAtt Bus.Arn, Condition: {StringEquals: {'events:source': own}}}
            F:
              Type: AWS::Serverless::Function
              Properties: {Policies: [{Statement: {Effect: Allow, Action: 'events:PutEvents', Resource: '*'}}]}
            """);
        Access access = Access.delivery("arn:aws:events:us-east-1:000000000000:event-bus/orders")
                .orElseThrow();
        String rule = "arn:aws:events:us-east-1:000000000000:rule/r";
        assertEquals(Optional.empty(), iam.deliveryRefusal(rule, Optional.empty(), access.ofEvent("shop", "t")));
        assertTrue(iam.deliveryRefusal(rule, Optional.empty(), access.ofEvent("own", "t"))
                .orElseThrow()
                .contains("explicit deny"));
        assertEquals(Optional.empty(), iam.functionRefusal("triggerflow-F", access.ofEvent("lambda", "t")));
        assertTrue(
                iam.functionRefusal("triggerflow-F", access.ofEvent("own", "t")).isPresent());
    }

    /** Who says "lambda" on the bus tells of the end of a function: the template lets only those say so whom it lets be launched. */
    @Test
    void ourBusBelievesTheEndsOfActionsAlone() {
        Access bus = Access.delivery("arn:aws:events:us-east-1:000000000000:event-bus/triggerflow")
                .orElseThrow();
        Iam jobs = ours(Map.of("ActionPrefix", "jobs-"));
        // It may put events here, and its name does not begin so.
        String engine = "triggerflow-EngineFunction";
        assertEquals(Optional.empty(), jobs.functionRefusal(engine, bus.ofEvent("shop", "t")));
        assertEquals(Optional.empty(), jobs.functionRefusal(engine, bus.ofEvent("triggerflow", "t")));
        assertTrue(jobs.functionRefusal(engine, bus.ofEvent("lambda", "t"))
                .orElseThrow()
                .contains("explicit deny"));
        assertEquals(Optional.empty(), ours(Map.of()).functionRefusal(engine, bus.ofEvent("lambda", "t")));
        Iam named = ours(Map.of(
                "ActionPrefix", "jobs-", "SenderRoles", "arn:aws:iam::000000000000:role/triggerflow-EngineRole"));
        assertEquals(Optional.empty(), named.functionRefusal(engine, bus.ofEvent("lambda", "t")));
    }

    private Iam ours(Map<String, String> parameters) {
        Path root = Path.of("").toAbsolutePath();
        while (!Files.exists(root.resolve("template.yaml"))) {
            root = root.getParent();
        }
        return Iam.of(
                List.of(TemplateReader.read(root.resolve("template.yaml"), parameters, LocalNames.onPort(4566))),
                log::add);
    }

    @Test
    void schedulesHaveRoles() throws IOException {
        Iam iam = iam("""
            F:
              Type: AWS::Serverless::Function
              Properties:
                Events: {Every: {Type: ScheduleV2, Properties: {ScheduleExpression: rate(1 minute)}}}
            Sender:
              Type: AWS::IAM::Role
              Properties:
                AssumeRolePolicyDocument:
                  Statement:
                    Effect: Allow
                    Principal: {Service: scheduler.amazonaws.com}
                    Action: 'sts:AssumeRole'
                    Condition: {ArnLike: {aws:SourceArn: !Sub 'arn:aws:scheduler:${AWS::Region}:${AWS::AccountId}:schedule-group/mine'}}
                Policies:
                  - {PolicyName: send, PolicyDocument: {Statement: {Effect: Allow, Action: 'sqs:SendMessage', Resource: !GetAtt Jobs.Arn}}}
            """);
        String schedule = "arn:aws:scheduler:us-east-1:000000000000:schedule/mine/s";
        Optional<String> sender = Optional.of("arn:aws:iam::000000000000:role/triggerflow-Sender");
        assertEquals(Optional.empty(), delivery(iam, schedule, sender, SQS + "Jobs"));
        assertEquals(
                "User: arn:aws:sts::000000000000:assumed-role/triggerflow-Sender/scheduler is not authorized to perform: sqs:sendmessage"
                        + " on resource: " + SQS
                        + "Done because no identity-based policy allows the sqs:sendmessage action",
                delivery(iam, schedule, sender, SQS + "Done").orElseThrow());
        assertTrue(delivery(iam, schedule.replace("mine", "default"), sender, SQS + "Jobs")
                .orElseThrow()
                .contains("sts:AssumeRole"));
        assertTrue(iam.schedulerRefusal(sender.get(), "arn:aws:scheduler:us-east-1:000000000000:schedule-group/default")
                .isPresent());
        Optional<String> everyRole = Optional.of("arn:aws:iam::000000000000:role/triggerflow-FEveryRole");
        String function = "arn:aws:lambda:us-east-1:000000000000:function:triggerflow-F";
        assertEquals(Optional.empty(), delivery(iam, schedule, everyRole, function));
        assertTrue(delivery(iam, schedule, everyRole, SQS + "Jobs").isPresent());
    }

    @Test
    void whatIsGrantedAndNotUsedIsTold() throws IOException {
        Iam iam = iam("""
            F:
              Type: AWS::Serverless::Function
              Properties:
                Policies:
                  - Statement:
                      - {Effect: Allow, Action: ['sqs:SendMessage', 'sqs:PurgeQueue', 'logs:PutLogEvents'], Resource: [!GetAtt Jobs.Arn, !GetAtt Done.Arn]}
                      - {Effect: Allow, Action: 'dynamodb:*', Resource: '*'}
                      - {Effect: Deny, Action: 's3:*', Resource: '*'}
            """);
        assertTrue(may(iam, "F", "sqs:SendMessage", SQS + "Jobs"));
        assertTrue(!may(iam, "F", "sqs:ReceiveMessage", SQS + "Jobs"));
        Permissions permissions = iam.permissions();
        assertEquals(
                List.of("sqs:PurgeQueue", SQS + "Done", "dynamodb:*"),
                permissions.unused().stream().map(Permissions.Grant::pattern).toList());
        Permissions.Grant first = permissions.unused().getFirst();
        assertEquals(Set.of("triggerflow-F"), first.functions());
        assertTrue(first.place().endsWith("Resources.F.Properties.Policies.0.Statement.0"), first.place());
        assertEquals(
                List.of("sqs:SendMessage", SQS + "Jobs"),
                permissions.grants().stream()
                        .filter(Permissions.Grant::used)
                        .map(Permissions.Grant::pattern)
                        .toList());
        assertEquals(
                List.of(true, false),
                iam.permissions().calls().stream()
                        .map(call -> call.refusal().isPresent())
                        .toList());
    }

    @Test
    void refusalsAreToldOnceAndAgainAtTheTenth() throws IOException {
        Iam iam = iam("F: {Type: AWS::Serverless::Function}");
        for (int i = 0; i < 99; i++) {
            assertTrue(!may(iam, "F", "sqs:SendMessage", SQS + "Jobs"));
        }
        assertEquals(2, log.size(), log::toString);
        assertTrue(log.get(0).startsWith("triggerflow-F | denied: User: arn:aws:sts::"), log::toString);
        assertTrue(log.get(1).startsWith("triggerflow-F | denied (10 times): User: arn:aws:sts::"), log::toString);
    }

    /** Wrong where AWS would refuse the deployment, or where this runtime could only guess. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {Type: AWS::Serverless::Function, Properties: {Policies: [{Statement: {Effect: Allow, Action: 's3:*', Resource: !ImportValue nobody}}]}} | nobody
        {Type: AWS::Serverless::Function, Properties: {Policies: [{NoSuchPolicy: {}}]}} | NoSuchPolicy
        {Type: AWS::Serverless::Function, Properties: {Policies: [{SQSPollerPolicy: {}}]}} | the parameter QueueName
        {Type: AWS::Serverless::Function, Properties: {Policies: [{Statement: {Effect: Allow, Action: 's3:*', Resource: '*', Condition: {IpAddress: {'aws:SourceIp': x}}}}]}} | Resources.X.Properties.Policies.0.Statement.0
        {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {Statement: {Effect: Allow, Action: 'sts:AssumeRole'}}}} | Principal
        {Type: AWS::SQS::QueuePolicy, Properties: {Queues: [!Ref Jobs], PolicyDocument: {Statement: {Effect: Allow, Principal: '*', Action: 'sqs:*', Resource: '*', Condition: {StringEquals: {'aws:SourceVpce': x}}}}}} | aws:SourceVpce
        {Type: AWS::Serverless::Function, Properties: {AssumeRolePolicyDocument: {Statement: {Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: 'sts:AssumeRole'}}}} | to let lambda.amazonaws.com assume it
        {Type: AWS::Lambda::Function, Properties: {Code: .}} | the ARN of a role
        """)
    void whatCannotBeEnforcedIsSaid(String resource, String expected) {
        var error = assertThrows(TemplateException.class, () -> iam("X: " + resource));
        assertTrue(error.getMessage().contains(expected), error.getMessage());
        assertTrue(error.getMessage().contains("--no-iam"), error.getMessage());
    }

    @Test
    void unknownManagedPoliciesGrantNothingAndAreMentioned() throws IOException {
        Iam iam = iam("F: {Type: AWS::Serverless::Function, Properties: {Policies: [AmazonBedrockFullAccess]}}");
        assertTrue(!may(iam, "F", "sqs:SendMessage", SQS + "Jobs"));
        assertTrue(log.getFirst().contains("AmazonBedrockFullAccess"), log::toString);
    }
}
