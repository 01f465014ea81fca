"""The templates deployed to an emulated account: every resource is read back, and compared with what the code expects of it.

What moto lacks is said beside each check that has to do without. For all of them: Rules are not evaluated (the local runtime's tests do
that), permissions are not enforced (the local runtime does that), and a deleted stack's alias or policy goes with what it belongs to.
"""

import json
import re
import unittest
import zipfile

from emulator import ACCOUNT, REGION, call
from stacks import ENGINE, ROOT, UPLOADS, Stack

JAVA = ROOT / "functions" / "aws" / "src" / "main" / "java" / "io" / "triggerflow" / "aws"
ZIP = ROOT / "functions" / "target" / "functions.zip"

# Read by the runtime, not by us.
RUNTIME_VARIABLES = {"JAVA_TOOL_OPTIONS"}

# The same templates with nearly every parameter otherwise: it stands beside the first stack in the same account all the time.
OTHERWISE = {
    "ActionPrefix": "orders-",
    "ActionFunctions": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:billing,arn:aws:lambda:{REGION}:{ACCOUNT}:function:mail-*",
    "SenderRoles": f"arn:aws:iam::{ACCOUNT}:role/operator",
    "QueueSources": f"arn:aws:sns:{REGION}:{ACCOUNT}:news",
    "EmitTargets": f"arn:aws:sqs:{REGION}:{ACCOUNT}:orders",
    "PermissionsBoundary": f"arn:aws:iam::{ACCOUNT}:policy/boundary",
    "EngineBatchSize": "1000",
    "EngineBatchWindow": "1",
    "EngineMinPollers": "2",
    "SnapStart": "None",
    "Deployment": "Canary10Percent5Minutes",
    "DataRetention": "Delete",
    "ArchiveDays": "0",
    "WithDashboard": "false",
    "AlarmTopic": f"arn:aws:sns:{REGION}:{ACCOUNT}:alarms",
    "Examples": "false",
}


def load_tests(loader, tests, pattern):
    """In the order of this file: the last class changes and deletes the stacks."""
    classes = [c for c in globals().values() if isinstance(c, type) and issubclass(c, unittest.TestCase)]
    return unittest.TestSuite(loader.loadTestsFromTestCase(c) for c in classes)


def setUpModule():
    global engine, other, uploads
    call("iam", "create_policy", PolicyName="boundary", PolicyDocument={
        "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
    engine = Stack("triggerflow", ENGINE).create()
    other = Stack("second", ENGINE, **OTHERWISE).create()
    uploads = Stack("triggerflow-uploads", UPLOADS).create()


def java(file):
    return (JAVA / file).read_text(encoding="utf-8")


def constant(name, file="store/Keys.java"):
    return re.search(rf'String {name} = "(\w+)";', java(file)).group(1)


def function(stack, logical_id):
    return call("lambda", "get_function_configuration", FunctionName=stack.ids()[logical_id])


def mapping(stack, logical_id):
    return call("lambda", "get_event_source_mapping", UUID=stack.ids()[logical_id])


def queue(url):
    attributes = call("sqs", "get_queue_attributes", QueueUrl=url, AttributeNames=["All"])["Attributes"]
    for name in ("Policy", "RedrivePolicy"):
        attributes[name] = json.loads(attributes.get(name, "{}"))
    return attributes


def role_statements(stack, logical_id):
    role = stack.ids()[logical_id]
    names = call("iam", "list_role_policies", RoleName=role)["PolicyNames"]
    documents = [call("iam", "get_role_policy", RoleName=role, PolicyName=n)["PolicyDocument"] for n in names]
    return [statement for document in documents for statement in document["Statement"]]


def by_sid(policy):
    return {statement["Sid"]: statement for statement in policy["Statement"]}


class Deployed(unittest.TestCase):
    def test_create_complete(self):
        for stack in (engine, other, uploads):
            self.assertEqual("CREATE_COMPLETE", stack.status, stack.name)

    def test_nothing_was_left_out(self):
        for stack in (engine, other, uploads):
            conditional = {n for n, r in stack.template["Resources"].items() if "Condition" in r}
            missing = set(stack.template["Resources"]) - set(stack.ids())
            self.assertEqual(conditional if stack is other else set(), missing, stack.name)


class Functions(unittest.TestCase):
    def own(self):
        return [n for n, r in engine.resources("AWS::Lambda::Function").items() if "Condition" not in r]

    def test_variables_are_those_that_the_handlers_read(self):
        read = set(re.findall(r'environment\s*\.\w+\("([A-Z_]+)"', "".join(p.read_text("utf-8") for p in JAVA.rglob("*.java"))))
        self.assertIn("TABLE_NAME", read, "Expected to find what the code reads; has the way it does so changed?")
        for name in self.own():
            given = function(engine, name)["Environment"]["Variables"]
            self.assertEqual(read, set(given) - RUNTIME_VARIABLES, name)

    def test_variables_name_what_is_there(self):
        v = function(engine, "EngineFunction")["Environment"]["Variables"]
        ids, outputs = engine.ids(), engine.outputs
        self.assertEqual(engine.name, v["STACK_NAME"])
        self.assertEqual(ids["Table"], call("dynamodb", "describe_table", TableName=v["TABLE_NAME"])["Table"]["TableName"])
        self.assertEqual(200, call("s3", "head_bucket", Bucket=v["BUCKET_NAME"])["ResponseMetadata"]["HTTPStatusCode"])
        self.assertEqual(v["QUEUE_ARN"], queue(v["QUEUE_URL"])["QueueArn"])
        self.assertEqual(outputs["BusArn"], call("events", "describe_event_bus", Name=v["BUS_NAME"])["Arn"])
        self.assertEqual("ACTIVE", call("scheduler", "get_schedule_group", Name=v["SCHEDULE_GROUP"])["State"])
        self.assertEqual(v["SCHEDULE_ROLE_ARN"], call("iam", "get_role", RoleName=ids["ScheduleRole"])["Role"]["Arn"])

    def test_handlers_are_in_the_zip(self):
        classes = set()
        with zipfile.ZipFile(ZIP) as outer:
            for jar in (n for n in outer.namelist() if "/triggerflow-" in n):
                with outer.open(jar) as inner, zipfile.ZipFile(inner) as content:
                    classes.update(content.namelist())
        for name in engine.resources("AWS::Lambda::Function"):
            handler = function(engine, name)["Handler"]
            self.assertIn(handler.replace(".", "/") + ".class", classes, name)

    def test_every_function_is_traced_and_logs_json_into_a_group_that_forgets(self):
        for stack, days in ((engine, 30), (other, 30)):
            groups = {g["logGroupName"]: g for g in call("logs", "describe_log_groups")["logGroups"]}
            for name, resource in stack.resources("AWS::Lambda::Function").items():
                logging = resource["Properties"]["LoggingConfig"]
                self.assertEqual("JSON", logging["LogFormat"], name)
                if name in stack.ids():
                    self.assertEqual(days, groups[stack.ids()[logging["LogGroup"]["Ref"]]]["retentionInDays"], name)
                    self.assertEqual("Active", function(stack, name)["TracingConfig"]["Mode"], name)

    def test_engine_and_functions_may_loop(self):
        for name, resource in engine.resources("AWS::Lambda::Function").items():
            loops = name == "EngineFunction" or resource.get("Condition") == "HasExamples"
            self.assertEqual("Allow" if loops else None, resource["Properties"].get("RecursiveLoop"), name)

    def test_engine_and_api_are_snapshots_behind_an_alias(self):
        for name in ("EngineFunction", "ApiFunction"):
            self.assertEqual({"ApplyOn": {"Ref": "SnapStart"}}, engine.properties(name)["SnapStart"])
            alias = call("lambda", "get_alias", FunctionName=engine.ids()[name], Name="live")
            self.assertEqual("1", alias["FunctionVersion"], name)

    def test_new_versions_are_taken_back_by_alarms(self):
        for stack, config in ((engine, "AllAtOnce"), (other, "Canary10Percent5Minutes")):
            ids = stack.ids()
            for name, alarm in (("EngineFunction", "EngineErrors"), ("ApiFunction", "ApiErrors")):
                group = call(
                    "codedeploy", "get_deployment_group", applicationName=ids["ServerlessDeploymentApplication"],
                    deploymentGroupName=ids[name + "DeploymentGroup"])["deploymentGroupInfo"]
                self.assertEqual(f"CodeDeployDefault.Lambda{config}", group["deploymentConfigName"])
                self.assertIn("DEPLOYMENT_STOP_ON_ALARM", group["autoRollbackConfiguration"]["events"])
                # moto forgets the alarms.
                asked = stack.properties(name + "DeploymentGroup")["AlarmConfiguration"]
                self.assertEqual({"Enabled": True, "Alarms": [{"Name": {"Fn::GetAtt": ["Alarms", f"Outputs.{alarm}"]}}]}, asked)
                update = stack.template["Resources"][name + "Aliaslive"]["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]
                self.assertEqual({"Ref": name + "DeploymentGroup"}, update["DeploymentGroupName"])

    def test_the_sweeper_runs_every_minute(self):
        for stack in (engine, other):
            schedule = call("scheduler", "get_schedule", Name=f"{stack.name}-Sweeper", GroupName=stack.name)
            self.assertEqual("rate(1 minute)", schedule["ScheduleExpression"])
            self.assertEqual(function(stack, "SweeperFunction")["FunctionArn"], schedule["Target"]["Arn"])
            self.assertEqual(
                [{"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": schedule["Target"]["Arn"]}],
                role_statements(stack, "SweeperScheduleRole"))


class Queues(unittest.TestCase):
    def test_messages_outlive_six_tries_of_the_function(self):
        for mapped, name in (("EngineFunctionQueue", "EngineFunction"), ("DeadLetterFunctionQueue", "DeadLetterFunction")):
            url = call("sqs", "get_queue_url", QueueName=mapping(engine, mapped)["EventSourceArn"].split(":")[-1])["QueueUrl"]
            self.assertGreaterEqual(int(queue(url)["VisibilityTimeout"]), 6 * function(engine, name)["Timeout"], name)

    def test_what_fails_goes_to_the_dead_letters_and_nothing_else_does(self):
        events, dead = queue(engine.outputs["QueueUrl"]), queue(engine.outputs["DeadLetterQueueUrl"])
        self.assertEqual(dead["QueueArn"], events["RedrivePolicy"]["deadLetterTargetArn"])
        self.assertGreaterEqual(int(events["RedrivePolicy"]["maxReceiveCount"]), 5)
        # moto forgets who may send dead letters: this is what it was given. The queue is named in it before there is one.
        allowed = engine.properties("DeadLetterQueue")["RedriveAllowPolicy"]
        self.assertEqual("byQueue", allowed["redrivePermission"])
        arn = "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:" + engine.properties("EventQueue")["QueueName"]["Fn::Sub"]
        self.assertEqual([{"Fn::Sub": arn}], allowed["sourceQueueArns"])

    def test_encrypted_and_kept_for_two_weeks(self):
        for url in (engine.outputs["QueueUrl"], engine.outputs["DeadLetterQueueUrl"]):
            attributes = queue(url)
            self.assertEqual("true", attributes["SqsManagedSseEnabled"])
            self.assertEqual(str(14 * 24 * 3600), attributes["MessageRetentionPeriod"])
            self.assertEqual(str(1024 * 1024), attributes["MaximumMessageSize"])

    def test_the_queue_admits_the_bus_s_rule_and_named_roles_only(self):
        for stack, extra in ((engine, set()), (other, {"FurtherSources"})):
            ids = stack.ids()
            policy = by_sid(queue(stack.outputs["QueueUrl"])["Policy"])
            self.assertEqual({"TheBus", "NobodyElse", "OnlyEncryptedInTransit"} | extra, set(policy))
            rule = call("events", "describe_rule", Name=f"{stack.name}-BusToQueue", EventBusName=stack.name)["Arn"]
            self.assertEqual({"ArnEquals": {"aws:SourceArn": rule}}, policy["TheBus"]["Condition"])
            roles = ["EngineRole", "ApiRole", "SweeperRole", "ScheduleRole"] + (["ExamplesRole"] if stack is engine else [])
            admitted = [call("iam", "get_role", RoleName=ids[r])["Role"]["Arn"] for r in roles]
            admitted.append(f"arn:aws:iam::{ACCOUNT}:role/" + ("triggerflow-*" if stack is engine else "orders-*"))
            self.assertEqual("Deny", policy["NobodyElse"]["Effect"])
            self.assertEqual(set(admitted), set(policy["NobodyElse"]["Condition"]["ArnNotLike"]["aws:PrincipalArn"]))
        self.assertEqual([OTHERWISE["SenderRoles"]], policy["NobodyElse"]["Condition"]["StringNotLike"]["aws:PrincipalArn"])
        self.assertEqual([OTHERWISE["QueueSources"]], policy["FurtherSources"]["Condition"]["ArnLike"]["aws:SourceArn"])

    def test_whoever_sends_to_the_queue_is_admitted_by_it(self):
        for logical_id in engine.resources("AWS::IAM::Role"):
            for statement in role_statements(engine, logical_id):
                actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
                if "sqs:SendMessage" in actions and engine.outputs["QueueArn"] in statement["Resource"]:
                    policy = by_sid(queue(engine.outputs["QueueUrl"])["Policy"])
                    arn = call("iam", "get_role", RoleName=engine.ids()[logical_id])["Role"]["Arn"]
                    self.assertIn(arn, policy["NobodyElse"]["Condition"]["ArnNotLike"]["aws:PrincipalArn"])

    def test_mapping_for_latency(self):
        m = mapping(engine, "EngineFunctionQueue")
        self.assertEqual(engine.outputs["QueueArn"], m["EventSourceArn"])
        # moto answers the function's ARN without its alias, which the template has.
        self.assertEqual({"Ref": "EngineFunctionAliaslive"}, engine.properties("EngineFunctionQueue")["FunctionName"])
        self.assertEqual((10, 0, 100), (m["BatchSize"], m["MaximumBatchingWindowInSeconds"], m["ScalingConfig"]["MaximumConcurrency"]))
        self.assertEqual(["ReportBatchItemFailures"], m["FunctionResponseTypes"])
        self.assertIsNone(m.get("ProvisionedPollerConfig"))

    def test_mapping_for_throughput(self):
        m = mapping(other, "EngineFunctionQueue")
        self.assertEqual((1000, 1), (m["BatchSize"], m["MaximumBatchingWindowInSeconds"]))
        self.assertEqual({"MinimumPollers": 2, "MaximumPollers": 10}, m["ProvisionedPollerConfig"])
        self.assertIsNone(m.get("ScalingConfig"))


class Bus(unittest.TestCase):
    def test_one_rule_hands_everything_to_the_queue_but_the_engine_s_own_word(self):
        rules = call("events", "list_rules", EventBusName=engine.name)["Rules"]
        rules = [r for r in rules if r.get("ManagedBy") is None and not r["Name"].startswith("Events-Archive")]
        self.assertEqual([f"{engine.name}-BusToQueue"], [r["Name"] for r in rules])
        source = constant("ENGINE_SOURCE", "../../../../../../../core/src/main/java/io/triggerflow/core/model/Event.java")
        self.assertEqual({"source": [{"anything-but": source}]}, json.loads(rules[0]["EventPattern"]))
        target = call("events", "list_targets_by_rule", Rule=rules[0]["Name"], EventBusName=engine.name)["Targets"]
        dead = queue(engine.outputs["DeadLetterQueueUrl"])
        self.assertEqual([{"Id": "queue", "Arn": engine.outputs["QueueArn"], "DeadLetterConfig": {"Arn": dead["QueueArn"]}}], target)
        self.assertEqual({"ArnEquals": {"aws:SourceArn": rules[0]["Arn"]}}, by_sid(dead["Policy"])["TheBus"]["Condition"])

    def test_only_the_engine_speaks_for_itself(self):
        policy = by_sid(json.loads(call("events", "describe_event_bus", Name=engine.name)["Policy"]))
        self.assertEqual({"OnlyTheEngineSpeaksForItself", "OnlyActionsTellTheirEnds"}, set(policy))
        statement = policy["OnlyTheEngineSpeaksForItself"]
        self.assertEqual("Deny", statement["Effect"])
        own = [call("iam", "get_role", RoleName=engine.ids()[r])["Role"]["Arn"] for r in ("EngineRole", "ScheduleRole")]
        self.assertEqual(
            {"StringEquals": {"events:source": "triggerflow"}, "ArnNotEquals": {"aws:PrincipalArn": own}}, statement["Condition"])

    def test_events_are_archived(self):
        archives = call("events", "list_archives")["Archives"]
        self.assertEqual([(engine.outputs["BusArn"], 14)], [(a["EventSourceArn"], a["RetentionDays"]) for a in archives])


class State(unittest.TestCase):
    def table(self, stack):
        return call("dynamodb", "describe_table", TableName=stack.outputs["TableName"])["Table"]

    def test_keys_and_indexes_are_those_of_the_code(self):
        table = self.table(engine)
        keys = [k["AttributeName"] for k in table["KeySchema"]]
        self.assertEqual([constant("PARTITION"), constant("SORT")], keys)
        indexes = {i["IndexName"]: i for i in table["GlobalSecondaryIndexes"]}
        self.assertEqual({constant("LIST_INDEX"), constant("DUE_INDEX")}, set(indexes))
        for index, partition, sort in (("LIST_INDEX", "LIST_PARTITION", "LIST_SORT"), ("DUE_INDEX", "DUE_PARTITION", "DUE_SORT")):
            index = indexes[constant(index)]
            self.assertEqual([constant(partition), constant(sort)], [k["AttributeName"] for k in index["KeySchema"]])
            self.assertEqual("KEYS_ONLY", index["Projection"]["ProjectionType"])

    def test_items_expire_by_the_attribute_that_the_code_writes(self):
        ttl = call("dynamodb", "describe_time_to_live", TableName=engine.outputs["TableName"])["TimeToLiveDescription"]
        self.assertEqual(("ENABLED", constant("EXPIRES")), (ttl["TimeToLiveStatus"], ttl["AttributeName"]))

    def test_on_demand_encrypted_recoverable_protected(self):
        table = self.table(engine)
        self.assertEqual("PAY_PER_REQUEST", table["BillingModeSummary"]["BillingMode"])
        self.assertEqual("ENABLED", table["SSEDescription"]["Status"])
        backups = call("dynamodb", "describe_continuous_backups", TableName=table["TableName"])["ContinuousBackupsDescription"]
        self.assertEqual("ENABLED", backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"])
        self.assertTrue(table["DeletionProtectionEnabled"])
        self.assertFalse(self.table(other)["DeletionProtectionEnabled"])

    def test_bucket(self):
        bucket = engine.outputs["BucketName"]
        block = call("s3", "get_public_access_block", Bucket=bucket)["PublicAccessBlockConfiguration"]
        self.assertEqual({True}, set(block.values()))
        self.assertEqual(4, len(block))
        policy = json.loads(call("s3", "get_bucket_policy", Bucket=bucket)["Policy"])
        self.assertEqual({"Bool": {"aws:SecureTransport": "false"}}, by_sid(policy)["OnlyEncryptedInTransit"]["Condition"])
        encryption = call("s3", "get_bucket_encryption", Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"][0]
        self.assertEqual("AES256", encryption["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"])

    def test_payloads_outlive_the_longest_run_and_definitions_stay(self):
        rules = call("s3", "get_bucket_lifecycle_configuration", Bucket=engine.outputs["BucketName"])["Rules"]
        expiring = {r["Filter"]["Prefix"]: r["Expiration"]["Days"] for r in rules if "Expiration" in r}
        passing = re.search(r'PASSING\("(.+?)"\)', java("store/Blobs.java")).group(1)
        longest = int(re.search(r"DEFAULT_LONGEST = Duration\.ofDays\((\d+)\)", java("store/StoreSettings.java")).group(1))
        self.assertEqual([passing], list(expiring))
        self.assertGreater(expiring[passing], longest)


class HttpApi(unittest.TestCase):
    def test_every_route_wants_a_signature(self):
        # moto leaves the authorization out of the definition that it imports: this is what it was given.
        definition = engine.properties("Api")["Body"]
        routes = {(p, m): route for p, methods in definition["paths"].items() for m, route in methods.items()}
        self.assertEqual([("/{proxy+}", "x-amazon-apigateway-any-method")], list(routes))
        for route in routes.values():
            self.assertEqual([{"AWS_IAM": []}], route["security"])
            self.assertIn("${ApiFunctionAliaslive}", route["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"])
        self.assertEqual("awsSigv4", definition["components"]["securitySchemes"]["AWS_IAM"]["x-amazon-apigateway-authtype"])

    def test_throttled_and_logged(self):
        stage = call("apigatewayv2", "get_stage", ApiId=engine.ids()["Api"], StageName="$default")
        self.assertEqual((100, 200), (stage["DefaultRouteSettings"]["ThrottlingRateLimit"], stage["DefaultRouteSettings"]["ThrottlingBurstLimit"]))
        log = call("logs", "describe_log_groups", logGroupNamePrefix=engine.ids()["ApiAccessLog"])["logGroups"][0]
        self.assertEqual(log["arn"].removesuffix(":*"), stage["AccessLogSettings"]["DestinationArn"].removesuffix(":*"))
        self.assertIn("status", json.loads(stage["AccessLogSettings"]["Format"]))

    def test_it_may_invoke_the_function_s_alias(self):
        policy = call("lambda", "get_policy", FunctionName=engine.ids()["ApiFunction"], Qualifier="live")
        self.assertIn(engine.ids()["Api"], policy["Policy"])


class Monitoring(unittest.TestCase):
    def alarms(self, stack):
        alarms = call("cloudwatch", "describe_alarms", AlarmNamePrefix=f"{stack.name}-", MaxRecords="100")["MetricAlarms"]
        return {a["AlarmName"].removeprefix(f"{stack.name}-"): a for a in alarms}

    def metrics(self, alarm):
        """(namespace, name, dimensions) of what an alarm looks at."""
        found = [alarm] if "MetricName" in alarm else [m["MetricStat"]["Metric"] for m in alarm["Metrics"] if "MetricStat" in m]
        return [(m["Namespace"], m["MetricName"], {d["Name"]: d["Value"] for d in m["Dimensions"]}) for m in found]

    def test_alarms_watch_what_is_there(self):
        ids, outputs = engine.ids(), engine.outputs
        there = {
            "FunctionName": {ids[n] for n in ids if n.endswith("Function")},
            "QueueName": {outputs["QueueUrl"].split("/")[-1], outputs["DeadLetterQueueUrl"].split("/")[-1]},
            "TableName": {outputs["TableName"]},
            "GlobalSecondaryIndexName": {constant("LIST_INDEX"), constant("DUE_INDEX")},
            "Stack": {engine.name},
        }
        for name, alarm in self.alarms(engine).items():
            for namespace, metric, dimensions in self.metrics(alarm):
                for dimension, value in dimensions.items():
                    self.assertIn(value, there[dimension], f"{name}: {metric}")
                if namespace == "Triggerflow":
                    self.assertIn(f'"{metric}"', java("metrics/Metric.java"), name)

    def test_every_alarm_that_was_asked_for(self):
        self.assertEqual(
            {"DeadLetters", "DeadLettersStuck", "Parked", "OldEvents", "DestinationFailures", "RunsFailed", "EngineErrors",
             "ApiErrors", "BackgroundErrors", "Throttles", "SweeperSilent", "TableThrottling"},
            set(self.alarms(engine)))

    def test_alarms_tell_the_topic(self):
        for name, alarm in self.alarms(other).items():
            self.assertEqual([OTHERWISE["AlarmTopic"]], alarm["AlarmActions"], name)
        for name, alarm in self.alarms(engine).items():
            self.assertEqual([], alarm["AlarmActions"], name)

    def test_the_dashboard_shows_what_is_there(self):
        text = call("cloudwatch", "get_dashboard", DashboardName=engine.name)["DashboardBody"]
        self.assertNotIn("${", text)
        widgets = json.loads(text)["widgets"]
        shown = [a.split(":")[-1].removeprefix(f"{engine.name}-") for w in widgets for a in w["properties"].get("alarms", [])]
        self.assertEqual(set(self.alarms(engine)), set(shown))
        for metric in (m for w in widgets for m in w["properties"].get("metrics", []) if m[0] == "Triggerflow"):
            self.assertIn(f'"{metric[1]}"', java("metrics/Metric.java"))
            self.assertEqual(["Stack", engine.name], metric[2:4])
        self.assertEqual([engine.name], [d["DashboardName"] for d in call("cloudwatch", "list_dashboards")["DashboardEntries"]])

    def test_metrics_have_the_namespace_and_dimension_of_the_code(self):
        code = "".join(p.read_text("utf-8") for p in (JAVA / "metrics").glob("*.java"))
        self.assertIn('"Triggerflow"', code)
        self.assertIn('"Stack"', code)


class Boundaries(unittest.TestCase):
    def test_launches_by_prefix(self):
        for stack, expected in (
            (engine, [f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:triggerflow-*"]),
            (other, [f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:orders-*"]),
        ):
            statements = [s for s in role_statements(stack, "EngineRole") if s["Action"] == "lambda:InvokeFunction" and s["Effect"] == "Allow"]
            examples = [function(stack, n)["FunctionArn"] for n, r in stack.resources("AWS::Lambda::Function").items() if "Condition" in r and n in stack.ids()]
            self.assertEqual(sorted(expected + examples), sorted(statements[0]["Resource"]), stack.name)
        self.assertEqual(OTHERWISE["ActionFunctions"].split(","), statements[1]["Resource"])

    def test_roles_are_bounded(self):
        for logical_id in other.resources("AWS::IAM::Role"):
            if logical_id in other.ids():
                role = call("iam", "get_role", RoleName=other.ids()[logical_id])["Role"]
                self.assertEqual(OTHERWISE["PermissionsBoundary"], role["PermissionsBoundary"]["PermissionsBoundaryArn"], logical_id)

    def test_emitting_further(self):
        for role in ("EngineRole", "ScheduleRole"):
            targets = [s["Resource"] for s in role_statements(other, role)]
            self.assertIn([OTHERWISE["EmitTargets"]], targets, role)


class ForOtherStacks(unittest.TestCase):
    def test_parameters_and_exports_are_the_outputs(self):
        values = {"queue-arn": "QueueArn", "queue-url": "QueueUrl", "bus-name": "BusName", "bus-arn": "BusArn", "table-name": "TableName", "api-url": "ApiUrl"}
        exports = {e["Name"]: e["Value"] for e in call("cloudformation", "list_exports")["Exports"]}
        for stack in (engine, other):
            for parameter, output in values.items():
                found = call("ssm", "get_parameter", Name=f"/triggerflow/{stack.name}/{parameter}")["Parameter"]["Value"]
                self.assertEqual(stack.outputs[output], found)
                self.assertEqual(stack.outputs[output], exports[f"{stack.name}-{output}"])

    def test_the_examples_ends_come_to_the_queue(self):
        functions = [n for n, r in engine.resources("AWS::Lambda::Function").items() if "Condition" in r]
        self.assertEqual(5, len(functions))
        for name in functions:
            self.launched(function(engine, name)["FunctionName"])

    def test_an_application_finds_the_engine(self):
        for name in ("DescribeFunction", "ReportFunction"):
            self.launched(function(uploads, name)["FunctionName"])
            self.assertTrue(function(uploads, name)["FunctionName"].startswith("triggerflow-"))
            self.assertTrue(uploads.ids()[name + "Role"].startswith("triggerflow-"), "or the queue would not admit it")
        target = call("events", "list_targets_by_rule", Rule=uploads.ids()["Uploads"])["Targets"][0]
        self.assertEqual(engine.outputs["BusArn"], target["Arn"])
        pattern = json.loads(call("events", "describe_rule", Name=uploads.ids()["Uploads"])["EventPattern"])
        self.assertEqual([uploads.outputs["BucketName"]], pattern["detail"]["bucket"]["name"])
        # moto takes a bucket's notifications for EventBridge, and does not tell.
        self.assertTrue(uploads.properties("Bucket")["NotificationConfiguration"]["EventBridgeConfiguration"]["EventBridgeEnabled"])

    def test_an_application_s_functions_are_called_by_name(self):
        names = {function(uploads, n)["FunctionName"] for n in ("DescribeFunction", "ReportFunction")}
        workflow = UPLOADS.with_name("workflow.yaml").read_text(encoding="utf-8")
        self.assertEqual(names, set(re.findall(r"function: ([\w-]+)", workflow)))

    def launched(self, name):
        config = call("lambda", "get_function_event_invoke_config", FunctionName=name)
        queue_arn = engine.outputs["QueueArn"]
        self.assertEqual({"OnSuccess": {"Destination": queue_arn}, "OnFailure": {"Destination": queue_arn}}, config["DestinationConfig"], name)
        self.assertEqual(0, config["MaximumRetryAttempts"], name)


class Lifecycle(unittest.TestCase):
    def test_update_then_delete(self):
        engine.update(HistoryDays="7", EngineMemory="2048", EngineMaxConcurrency="50")
        self.assertEqual("UPDATE_COMPLETE", engine.status)
        configuration = function(engine, "EngineFunction")
        self.assertEqual(("7", 2048), (configuration["Environment"]["Variables"]["HISTORY_DAYS"], configuration["MemorySize"]))
        self.assertEqual(50, mapping(engine, "EngineFunctionQueue")["ScalingConfig"]["MaximumConcurrency"])
        kept = {engine.outputs["TableName"], engine.outputs["BucketName"]}

        for stack in (uploads, other, engine):
            stack.delete()
        left = call("dynamodb", "list_tables")["TableNames"] + [b["Name"] for b in call("s3", "list_buckets")["Buckets"] if b["Name"] != "artifacts"]
        self.assertEqual(kept, set(left), "Expected what is retained, and nothing of the stack that retains nothing")
        self.assertEqual([], call("lambda", "list_functions")["Functions"])
        self.assertEqual([], call("sqs", "list_queues").get("QueueUrls", []))
        self.assertEqual([], call("cloudwatch", "describe_alarms")["MetricAlarms"])
        self.assertEqual([], call("logs", "describe_log_groups")["logGroups"])
        self.assertEqual([], [r["RoleName"] for r in call("iam", "list_roles")["Roles"]])
        self.assertEqual(["default"], [b["Name"] for b in call("events", "list_event_buses")["EventBuses"]])
        self.assertEqual(["default"], [g["Name"] for g in call("scheduler", "list_schedule_groups")["ScheduleGroups"]])
        self.assertEqual([], call("ssm", "describe_parameters")["Parameters"])
