package io.triggerflow.local.iam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.triggerflow.local.template.TemplateException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/** Decisions, one a line: what the policies of a role say to a call. */
class EvaluatorTest {
    private static final String QUEUE = "arn:aws:sqs:us-east-1:000000000000:jobs";
    private static final String ROLE = "arn:aws:iam::000000000000:role/worker";

    private static Policy policy(String yaml, PolicyReader.Kind kind) {
        List<Object> statements = new Yaml().load("[" + yaml + "]");
        return PolicyReader.read("test", Policy.Origin.TEMPLATE, Map.of("Statement", statements), kind, "here");
    }

    private static Role role(String yaml, Optional<String> boundary) {
        return new Role(
                ROLE,
                "worker",
                yaml.isEmpty() ? List.of() : List.of(policy(yaml, PolicyReader.Kind.IDENTITY)),
                boundary.map(text -> policy(text, PolicyReader.Kind.IDENTITY)),
                SamPolicies.trust("lambda.amazonaws.com"),
                Map.of("team", "blue"));
    }

    private static Decision decide(
            String identity, Optional<String> boundary, Map<String, List<Policy>> resources, Access access) {
        var directory = new Directory(
                "us-east-1",
                "000000000000",
                Map.of(),
                Map.of(),
                resources,
                Map.of("arn:aws:lambda:us-east-1:000000000000:function:f", Map.of("tier", "gold")),
                Set.of());
        var caller = Caller.Session.of(
                role(identity, boundary), "f", Optional.of("arn:aws:lambda:us-east-1:000000000000:function:f"));
        return new Evaluator(directory).decide(caller, access);
    }

    /** {@code key=value key=value} */
    private static Map<String, String> context(String text) {
        Map<String, String> context = new HashMap<>();
        if (text != null) {
            Stream.of(text.split(" ")).map(pair -> pair.split("=")).forEach(pair -> context.put(pair[0], pair[1]));
        }
        return context;
    }

    @ParameterizedTest(name = "{0} | {1} {2} {3}: {4}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        # Nothing allowed, and plain equality
        | sqs:SendMessage | arn:aws:sqs:r:1:q | | no
        {Effect: Allow, Action: 'sqs:SendMessage', Resource: 'arn:aws:sqs:r:1:q'} | sqs:SendMessage | arn:aws:sqs:r:1:q | | yes
        {Effect: Allow, Action: 'sqs:SendMessage', Resource: 'arn:aws:sqs:r:1:q'} | sqs:SendMessage | arn:aws:sqs:r:1:Q | | no
        {Effect: Allow, Action: 'SQS:sendmessage', Resource: 'arn:aws:sqs:r:1:q'} | sqs:SendMessage | arn:aws:sqs:r:1:q | | yes
        {Effect: Allow, Action: ['sqs:A', 'sqs:B'], Resource: ['arn:x', 'arn:y']} | sqs:B | arn:y | | yes
        # Wildcards
        {Effect: Allow, Action: '*', Resource: '*'} | s3:GetObject | arn:aws:s3:::b/k | | yes
        {Effect: Allow, Action: 'sqs:*', Resource: '*'} | s3:GetObject | arn:aws:s3:::b/k | | no
        {Effect: Allow, Action: 's3:Get*', Resource: 'arn:aws:s3:::b/*'} | s3:GetObject | arn:aws:s3:::b/x/y:z.json | | yes
        {Effect: Allow, Action: 's3:Get*', Resource: 'arn:aws:s3:::b/*'} | s3:PutObject | arn:aws:s3:::b/x | | no
        {Effect: Allow, Action: 's3:Get*', Resource: 'arn:aws:s3:::b/*'} | s3:GetObject | arn:aws:s3:::b | | no
        {Effect: Allow, Action: 'sqs:?', Resource: 'arn:aws:sqs:r:1:q-?'} | sqs:A | arn:aws:sqs:r:1:q-7 | | yes
        {Effect: Allow, Action: 'sqs:A', Resource: 'arn:aws:sqs:r:1:q-?'} | sqs:A | arn:aws:sqs:r:1:q-77 | | no
        {Effect: Allow, Action: 'sqs:A', Resource: 'arn:aws:sqs:*:*:q'} | sqs:A | arn:aws:sqs:r:1:q | | yes
        {Effect: Allow, Action: 'sqs:A', Resource: 'arn:aws:sqs:us-*-1:1:q'} | sqs:A | arn:aws:sqs:us-east-1:1:q | | yes
        {Effect: Allow, Action: 'sqs:A', Resource: 'arn:aws:s*s:r:1:q'} | sqs:A | arn:aws:sns:x:arn:aws:sqs:r:1:q | | no
        {Effect: Allow, Action: 'sqs:A', Resource: 'arn:aws:sqs:*'} | sqs:A | arn:aws:sqs:r:1:q | | yes
        {Effect: Allow, Action: 'lambda:InvokeFunction', Resource: 'arn:aws:lambda:r:1:function:a-*'} | lambda:InvokeFunction | arn:aws:lambda:r:1:function:a-b:live | | yes
        {Effect: Allow, Action: 'lambda:InvokeFunction', Resource: 'arn:aws:lambda:r:1:function:a'} | lambda:InvokeFunction | arn:aws:lambda:r:1:function:a:live | | no
        {Effect: Allow, Action: 'sqs:A', Resource: 'arn:aws:sqs:r:1:a.b'} | sqs:A | arn:aws:sqs:r:1:axb | | no
        # Not...
        {Effect: Allow, NotAction: 'sqs:DeleteQueue', Resource: '*'} | sqs:SendMessage | arn:q | | yes
        {Effect: Allow, NotAction: ['sqs:DeleteQueue', 's3:*'], Resource: '*'} | s3:GetObject | arn:q | | no
        {Effect: Allow, Action: 'sqs:A', NotResource: 'arn:aws:sqs:r:1:secret*'} | sqs:A | arn:aws:sqs:r:1:open | | yes
        {Effect: Allow, Action: 'sqs:A', NotResource: 'arn:aws:sqs:r:1:secret*'} | sqs:A | arn:aws:sqs:r:1:secrets | | no
        # Deny wins, in any order
        {Effect: Allow, Action: '*', Resource: '*'}, {Effect: Deny, Action: 'sqs:*', Resource: '*'} | sqs:SendMessage | arn:q | | denied
        {Effect: Deny, Action: 'sqs:*', Resource: '*'}, {Effect: Allow, Action: '*', Resource: '*'} | sqs:SendMessage | arn:q | | denied
        {Effect: Allow, Action: '*', Resource: '*'}, {Effect: Deny, NotAction: 'sqs:*', Resource: '*'} | s3:GetObject | arn:q | | denied
        {Effect: Allow, Action: '*', Resource: '*'}, {Effect: Deny, NotAction: 'sqs:*', Resource: '*'} | sqs:A | arn:q | | yes
        {Effect: Allow, Action: '*', Resource: '*'}, {Effect: Deny, Action: 'sqs:*', Resource: 'arn:other'} | sqs:A | arn:q | | yes
        {Effect: Allow, Action: '*', Resource: '*'}, {Effect: Deny, Action: '*', Resource: '*', Condition: {Bool: {'aws:SecureTransport': 'false'}}} | sqs:A | arn:q | | yes
        # Conditions: every operator
        {Effect: Allow, Action: '*', Resource: '*', Condition: {StringEquals: {'iam:PassedToService': scheduler.amazonaws.com}}} | iam:PassRole | arn:r | iam:passedtoservice=scheduler.amazonaws.com | yes
        {Effect: Allow, Action: '*', Resource: '*', Condition: {StringEquals: {'IAM:PassedToService': [x, scheduler.amazonaws.com]}}} | iam:PassRole | arn:r | iam:passedtoservice=scheduler.amazonaws.com | yes
        {Effect: Allow, Action: '*', Resource: '*', Condition: {StringEquals: {'iam:PassedToService': scheduler.amazonaws.com}}} | iam:PassRole | arn:r | iam:passedtoservice=lambda.amazonaws.com | no
        {Effect: Allow, Action: '*', Resource: '*', Condition: {StringEquals: {'iam:PassedToService': scheduler.amazonaws.com}}} | iam:PassRole | arn:r | | no
        {Effect: Allow, Action: '*', Resource: '*', Condition: {StringEqualsIfExists: {'iam:PassedToService': scheduler.amazonaws.com}}} | iam:PassRole | arn:r | | yes
        {Effect: Allow, Action: '*', Resource: '*', Condition: {StringEqualsIfExists: {'iam:PassedToService': scheduler.amazonaws.com}}} | iam:PassRole | arn:r | iam:passedtoservice=x | no
        {Effect: Allow, Action: '*', Resource: '*', Condition: {StringNotEquals: {'events:source': [a, b]}}} | events:PutEvents | arn:r | events:source=c | yes
        {Effect: Allow, Action: '*', Resource: '*', Condition: {StringNotEquals: {'events:source': [a, b]}}} | events:PutEvents | arn:r | events:source=b | no
        {Effect: Allow, Action: '*', Resource: '*', Condition: {StringNotEquals: {'events:source': a}}} | events:PutEvents | arn:r | | yes
        {Effect: Allow, Action: '*', Resource: '*', Condition: {StringEqualsIgnoreCase: {'events:source': ABC}}} | events:PutEvents | arn:r | events:source=abc | yes
        {Effect: Allow, Action: '*', Resource: '*', Condition: {StringNotEqualsIgnoreCase: {'events:source': ABC}}} | events:PutEvents | arn:r | events:source=abc | no
        {Effect: Allow, Action: '*', Resource: '*', Condition: {StringLike: {'s3:prefix': 'home/*'}}} | s3:ListBucket | arn:r | s3:prefix=home/me | yes
        {Effect: Allow, Action: '*', Resource: '*', Condition: {StringLike: {'s3:prefix': 'home/*'}}} | s3:ListBucket | arn:r | s3:prefix=HOME/me | no
        {Effect: Allow, Action: '*', Resource: '*', Condition: {StringNotLike: {'s3:prefix': 'home/*'}}} | s3:ListBucket | arn:r | s3:prefix=home/me | no
        {Effect: Allow, Action: '*', Resource: '*', Condition: {ArnLike: {'lambda:SourceFunctionArn': 'arn:aws:lambda:*:*:function:f'}}} | sqs:A | arn:r | | yes
        {Effect: Allow, Action: '*', Resource: '*', Condition: {ArnEquals: {'lambda:SourceFunctionArn': 'arn:aws:lambda:*:function:f'}}} | sqs:A | arn:r | | no
        {Effect: Allow, Action: '*', Resource: '*', Condition: {ArnNotLike: {'lambda:SourceFunctionArn': 'arn:aws:lambda:*:*:function:*'}}} | sqs:A | arn:r | | no
        {Effect: Allow, Action: '*', Resource: '*', Condition: {ArnNotEquals: {'lambda:SourceFunctionArn': 'arn:aws:lambda:*:*:function:g'}}} | sqs:A | arn:r | | yes
        {Effect: Allow, Action: '*', Resource: '*', Condition: {Bool: {'aws:SecureTransport': true}}} | sqs:A | arn:r | | yes
        {Effect: Allow, Action: '*', Resource: '*', Condition: {'Null': {'s3:prefix': true}}} | s3:ListBucket | arn:r | | yes
        {Effect: Allow, Action: '*', Resource: '*', Condition: {'Null': {'s3:prefix': true}}} | s3:ListBucket | arn:r | s3:prefix=x | no
        {Effect: Allow, Action: '*', Resource: '*', Condition: {'Null': {'s3:prefix': false}}} | s3:ListBucket | arn:r | s3:prefix=x | yes
        {Effect: Allow, Action: '*', Resource: '*', Condition: {'ForAllValues:StringEquals': {'events:source': [a, b]}}} | events:PutEvents | arn:r | events:source=b | yes
        {Effect: Allow, Action: '*', Resource: '*', Condition: {'ForAllValues:StringEquals': {'events:source': [a, b]}}} | events:PutEvents | arn:r | | yes
        {Effect: Allow, Action: '*', Resource: '*', Condition: {'ForAnyValue:StringEquals': {'events:source': [a, b]}}} | events:PutEvents | arn:r | | no
        {Effect: Allow, Action: '*', Resource: '*', Condition: {'ForAnyValue:StringLike': {'events:source': 'a*'}}} | events:PutEvents | arn:r | events:source=abc | yes
        # All conditions of a statement must hold
        {Effect: Allow, Action: '*', Resource: '*', Condition: {StringEquals: {'events:source': a, 'events:detail-type': t}}} | events:PutEvents | arn:r | events:source=a events:detail-type=u | no
        {Effect: Allow, Action: '*', Resource: '*', Condition: {StringEquals: {'events:source': a}, StringLike: {'events:detail-type': 't*'}}} | events:PutEvents | arn:r | events:source=a events:detail-type=tt | yes
        # What the runtime fills by itself
        {Effect: Allow, Action: '*', Resource: '*', Condition: {StringEquals: {'aws:ResourceTag/tier': gold}}} | lambda:InvokeFunction | arn:aws:lambda:us-east-1:000000000000:function:f:live | | yes
        {Effect: Allow, Action: '*', Resource: '*', Condition: {StringEquals: {'aws:ResourceTag/tier': gold}}} | lambda:InvokeFunction | arn:aws:lambda:us-east-1:000000000000:function:g | | no
        {Effect: Allow, Action: '*', Resource: '*', Condition: {StringEquals: {'aws:PrincipalTag/Team': blue, 'aws:RequestedRegion': us-east-1, 'aws:PrincipalAccount': '000000000000', 'aws:ResourceAccount': '000000000000'}}} | sqs:A | arn:r | | yes
        {Effect: Allow, Action: '*', Resource: '*', Condition: {ArnLike: {'aws:PrincipalArn': 'arn:aws:iam::*:role/work*'}}} | sqs:A | arn:r | | yes
        """)
    void decides(String policy, String action, String resource, String context, String expected) {
        Decision decision = decide(
                policy == null ? "" : policy,
                Optional.empty(),
                Map.of(),
                new Access(action, resource, context(context)));
        String outcome = decision.refusal()
                .map(message -> message.contains("explicit deny in an identity-based policy") ? "denied" : "no")
                .orElse("yes");
        assertEquals(expected, outcome, decision::toString);
    }

    @Test
    void aBoundaryLimitsWhatPoliciesAllow() {
        String all = "{Effect: Allow, Action: '*', Resource: '*'}";
        Optional<String> boundary = Optional.of(
                "{Effect: Allow, Action: 'sqs:*', Resource: '*'}, {Effect: Deny, Action: 'sqs:Delete*', Resource: '*'}");
        assertEquals(
                Optional.empty(),
                decide(all, boundary, Map.of(), Access.to("sqs:A", QUEUE)).refusal());
        assertEquals(
                "User: arn:aws:sts::000000000000:assumed-role/worker/f is not authorized to perform: lambda:GetFunction on resource: arn:x"
                        + " because no permissions boundary allows the lambda:GetFunction action",
                decide(all, boundary, Map.of(), Access.to("lambda:GetFunction", "arn:x"))
                        .refusal()
                        .orElseThrow());
        assertTrue(decide(all, boundary, Map.of(), Access.to("sqs:DeleteQueue", QUEUE))
                .refusal()
                .orElseThrow()
                .endsWith("with an explicit deny in a permissions boundary"));
        assertTrue(
                decide("", boundary, Map.of(), Access.to("sqs:A", QUEUE))
                        .refusal()
                        .isPresent(),
                "a boundary grants nothing");
    }

    /** Of one account, the resource's policy alone may allow; an account as the principal leaves it to the caller's own policies. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        '*' | yes
        {AWS: '*'} | yes
        {AWS: 'arn:aws:iam::000000000000:role/worker'} | yes
        {AWS: ['arn:x', 'arn:aws:sts::000000000000:assumed-role/worker/f']} | yes
        {AWS: 'arn:aws:iam::000000000000:role/other'} | no
        {AWS: 'arn:aws:iam::000000000000:root'} | no
        {AWS: '000000000000'} | no
        {Service: lambda.amazonaws.com} | no
        {Federated: x} | no
        """)
    void resourcesAllow(String principal, String expected) {
        Policy queue = policy(
                "{Effect: Allow, Principal: " + principal + ", Action: 'sqs:*', Resource: '" + QUEUE + "'}",
                PolicyReader.Kind.RESOURCE);
        Decision decision =
                decide("", Optional.empty(), Map.of(QUEUE, List.of(queue)), Access.to("sqs:SendMessage", QUEUE));
        assertEquals(expected, decision.refusal().isEmpty() ? "yes" : "no");
    }

    @Test
    void resourcesDenyWholeAccounts() {
        Policy queue = policy(
                "{Effect: Deny, Principal: {AWS: '000000000000'}, Action: 'sqs:*', Resource: '*'}",
                PolicyReader.Kind.RESOURCE);
        assertEquals(
                "User: arn:aws:sts::000000000000:assumed-role/worker/f is not authorized to perform: sqs:sendmessage on resource: "
                        + QUEUE + " with an explicit deny in a resource-based policy",
                decide(
                                "{Effect: Allow, Action: '*', Resource: '*'}",
                                Optional.empty(),
                                Map.of(QUEUE, List.of(queue)),
                                Access.to("sqs:SendMessage", QUEUE))
                        .refusal()
                        .orElseThrow());
    }

    @Test
    void servicesNeedTheResourcesPolicy() {
        Policy queue = policy(
                "{Effect: Allow, Principal: {Service: events.amazonaws.com}, Action: 'sqs:SendMessage', Resource: '"
                        + QUEUE
                        + "', Condition: {ArnEquals: {'aws:SourceArn': 'arn:aws:events:us-east-1:000000000000:rule/bus/mine'}}}",
                PolicyReader.Kind.RESOURCE);
        var evaluator = new Evaluator(new Directory(
                "us-east-1",
                "000000000000",
                Map.of(),
                Map.of(),
                Map.of(QUEUE, List.of(queue)),
                Map.of(),
                Set.of(QUEUE)));
        String rule = "arn:aws:events:us-east-1:000000000000:rule/bus/";
        Access send = Access.to("sqs:SendMessage", QUEUE);
        assertEquals(
                Optional.empty(),
                evaluator
                        .decide(new Caller.Service("events.amazonaws.com", rule + "mine", "000000000000"), send)
                        .refusal());
        assertEquals(
                "User: events.amazonaws.com is not authorized to perform: sqs:sendmessage on resource: " + QUEUE
                        + " because no resource-based policy allows the sqs:sendmessage action",
                evaluator
                        .decide(new Caller.Service("events.amazonaws.com", rule + "yours", "000000000000"), send)
                        .refusal()
                        .orElseThrow());
        assertTrue(evaluator
                .decide(new Caller.Service("s3.amazonaws.com", rule + "mine", "000000000000"), send)
                .refusal()
                .isPresent());
    }

    @Test
    void messagesAreThoseOfAws() {
        assertEquals(
                "User: arn:aws:sts::000000000000:assumed-role/worker/f is not authorized to perform: s3:GetObject on resource: "
                        + "\"arn:aws:s3:::b/k\" because no identity-based policy allows the s3:GetObject action",
                decide("", Optional.empty(), Map.of(), Access.to("s3:GetObject", "arn:aws:s3:::b/k"))
                        .refusal()
                        .orElseThrow());
        assertEquals(
                "User: arn:aws:sts::000000000000:assumed-role/worker/f is not authorized to perform: dynamodb:GetItem on resource: arn:t"
                        + " with an explicit deny in an identity-based policy",
                decide(
                                "{Effect: Deny, Action: 'dynamodb:*', Resource: '*'}",
                                Optional.empty(),
                                Map.of(),
                                Access.to("dynamodb:GetItem", "arn:t"))
                        .refusal()
                        .orElseThrow());
    }

    /** What is not evaluated must not be ignored: the name of what is wrong, and the place, are in the message. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "NumericLessThan | {Effect: Allow, Action: 'sqs:A', Resource: '*', Condition: {NumericLessThan: {'s3:max-keys': 10}}}",
                "DateGreaterThan | {Effect: Deny, Action: '*', Resource: '*', Condition: {DateGreaterThan: {'aws:CurrentTime': x}}}",
                "IpAddress | {Effect: Deny, Action: 'sqs:A', Resource: '*', Condition: {IpAddress: {'aws:SourceIp': x}}}",
                "aws:SourceIp | {Effect: Deny, Action: 'sqs:A', Resource: '*', Condition: {StringEquals: {'aws:SourceIp': x}}}",
                "dynamodb:LeadingKeys | {Effect: Allow, Action: 'dynamodb:*', Resource: '*', Condition: {'ForAllValues:StringEquals': {'dynamodb:LeadingKeys': x}}}",
                "${aws:username} | {Effect: Allow, Action: 's3:*', Resource: 'arn:aws:s3:::b/${aws:username}/*'}",
                "${aws:PrincipalTag/x} | {Effect: Allow, Action: 's3:*', Resource: '*', Condition: {StringEquals: {'s3:prefix': '${aws:PrincipalTag/x}'}}}",
                "Permit | {Effect: Permit, Action: 's3:*', Resource: '*'}",
                "Actions | {Effect: Allow, Actions: 's3:*', Resource: '*'}",
                "either Action or NotAction | {Effect: Allow, Resource: '*'}",
                "either Resource or NotResource | {Effect: Allow, Action: 's3:*'}",
                "either Action or NotAction | {Effect: Allow, Action: 's3:*', NotAction: 's3:A', Resource: '*'}",
                "GetObject | {Effect: Allow, Action: 'GetObject', Resource: '*'}",
                "no Principal | {Effect: Allow, Principal: '*', Action: 's3:*', Resource: '*'}",
                "values for s3:prefix | {Effect: Allow, Action: 's3:*', Resource: '*', Condition: {StringEquals: {'s3:prefix': []}}}"
            })
    void whatIsNotEvaluatedIsRefused(String nameAndStatement) {
        List<String> parts = Arrays.stream(nameAndStatement.split(" \\| ", 2)).toList();
        var error = assertThrows(
                TemplateException.class, () -> policy(parts.get(1), PolicyReader.Kind.IDENTITY), nameAndStatement);
        assertTrue(error.getMessage().contains(parts.get(0)), error.getMessage());
        assertTrue(error.getMessage().startsWith("here.Statement.0"), error.getMessage());
    }

    /** A condition of a service that does not run here can neither help nor harm: nobody can make such a call. */
    @Test
    void statementsOfOtherServicesAreLeftOut() {
        Policy policy = policy(
                "{Effect: Allow, Action: 'cloudwatch:PutMetricData', Resource: '*', Condition: {StringEquals: {'cloudwatch:namespace': x}}},"
                        + " {Effect: Allow, Action: ['logs:PutLogEvents', 'sqs:A'], Resource: '*'}",
                PolicyReader.Kind.IDENTITY);
        assertEquals(1, policy.statements().size());
    }
}
