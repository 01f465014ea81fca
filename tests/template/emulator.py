"""An AWS account in this process: moto, completed where its CloudFormation stops.

moto has the services, but its CloudFormation knows only some of their resources, and of those it knows it drops properties without a word
(a table's TTL, a bucket's notifications). Here a resource is what CloudFormation documents it to be: calls of the service's own API. Each
call is checked against botocore's model of that API, so that a property that does not exist is an error, not a loss.
"""

import json
import logging
import os
import re
import warnings

REGION = "us-east-1"
ACCOUNT = "123456789012"
# For every client in here and every sam that is started from here; nothing of the user's own configuration is looked at.
os.environ.update(
    AWS_ACCESS_KEY_ID="fake", AWS_SECRET_ACCESS_KEY="fake", AWS_DEFAULT_REGION=REGION, AWS_EC2_METADATA_DISABLED="true",
    AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull, SAM_CLI_TELEMETRY="0")
for _name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_REGION"):
    os.environ.pop(_name, None)
# SAM attaches AWS's own policies to the roles that it writes.
os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
# Addresses on this machine are not for a proxy.
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1,localhost"

import boto3
import moto.server
from moto.cloudformation import models as cloudformation
from moto.cloudformation import parsing

warnings.filterwarnings("ignore")
logging.getLogger("werkzeug").setLevel(logging.ERROR)


class Account:
    """The account, while it is open: its services are at ``endpoint``."""

    def __init__(self):
        self._server = moto.server.ThreadedMotoServer("127.0.0.1", 0, verbose=False)
        self._server.start()
        _, port = self._server.get_host_and_port()
        # By this name: moto takes a nested template at any other address for one in AWS.
        self.endpoint = os.environ["AWS_ENDPOINT_URL"] = f"http://localhost:{port}"

    def close(self):
        self._server.stop()


def client(service):
    return boto3.client(service, endpoint_url=os.environ["AWS_ENDPOINT_URL"], region_name=REGION)


def call(service, operation, **parameters):
    """One call, its parameters written as templates write them: '30' for 30, a map for a policy's text, and capitals at will."""
    api = client(service)
    shape = api.meta.service_model.operation_model(api.meta.method_to_api_mapping[operation]).input_shape
    return getattr(api, operation)(**_coerced(shape, parameters, f"{service}:{operation}"))


def _coerced(shape, value, place):
    if shape.type_name == "structure":
        members = {name.lower(): name for name in shape.members}
        unknown = [name for name in value if name.lower() not in members]
        if unknown:
            raise ValueError(f"Expected properties of {place} to be among {sorted(shape.members)}, but got {unknown}")
        return {members[n.lower()]: _coerced(shape.members[members[n.lower()]], v, f"{place}.{n}") for n, v in value.items()}
    if shape.type_name == "list":
        return [_coerced(shape.member, v, place) for v in value]
    if shape.type_name == "map":
        return {k: _coerced(shape.value, v, place) for k, v in value.items()}
    if shape.type_name in ("integer", "long"):
        return int(value)
    if shape.type_name in ("float", "double"):
        return float(value)
    if shape.type_name == "boolean":
        return str(value).lower() == "true"
    if shape.type_name == "string":
        return value if isinstance(value, str) else json.dumps(value)
    return value


class Resource:
    """A resource made by calls: ``made`` answers its physical id and its attributes."""

    NAME = ""

    def __init__(self, physical, attributes=None):
        self.physical_resource_id = physical
        self.attributes = attributes or {}

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs):
        return cls._of(cls.made(resource_name, dict(cloudformation_json.get("Properties", {}))))

    @classmethod
    def update_from_cloudformation_json(cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name):
        made = cls.changed(original_resource, dict(cloudformation_json.get("Properties", {})))
        return cls._of(made) if made else original_resource

    @classmethod
    def _of(cls, made):
        return cls(*made) if isinstance(made, tuple) else cls(made)

    @staticmethod
    def has_cfn_attr(name):
        return True

    @staticmethod
    def is_created():
        return True

    def get_cfn_attribute(self, attribute_name):
        return self.attributes[attribute_name]

    def delete(self, account_id, region_name):
        try:
            self.gone()
        except (AttributeError, TypeError) as e:
            # moto would take these for its own, and try another way.
            raise RuntimeError(f"Expected to delete {self.physical_resource_id}, but: {e!r}") from e

    @classmethod
    def made(cls, name, p):
        raise NotImplementedError(cls.__doc__)

    @classmethod
    def changed(cls, resource, p):
        raise NotImplementedError(f"The checks change no {cls.__doc__}")

    def gone(self):
        """By default, it goes with what it belongs to."""


class Table(Resource):
    "AWS::DynamoDB::Table"

    NAME = "TableName"

    @classmethod
    def made(cls, name, p):
        ttl, recovery = p.pop("TimeToLiveSpecification"), p.pop("PointInTimeRecoverySpecification")
        p["SSESpecification"] = {"Enabled": p.pop("SSESpecification")["SSEEnabled"]}
        p.pop("TableName", None)
        table = call("dynamodb", "create_table", TableName=name, **p)["TableDescription"]
        call("dynamodb", "update_time_to_live", TableName=name, TimeToLiveSpecification=ttl)
        call("dynamodb", "update_continuous_backups", TableName=name, PointInTimeRecoverySpecification=recovery)
        return name, {"Arn": table["TableArn"]}

    def gone(self):
        call("dynamodb", "delete_table", TableName=self.physical_resource_id)


class Bucket(Resource):
    "AWS::S3::Bucket"

    NAME = "BucketName"

    @classmethod
    def made(cls, name, p):
        call("s3", "create_bucket", Bucket=name)
        if block := p.pop("PublicAccessBlockConfiguration", None):
            call("s3", "put_public_access_block", Bucket=name, PublicAccessBlockConfiguration=block)
        if ownership := p.pop("OwnershipControls", None):
            call("s3", "put_bucket_ownership_controls", Bucket=name, OwnershipControls=ownership)
        if encryption := p.pop("BucketEncryption", None):
            rules = [{"ApplyServerSideEncryptionByDefault": r["ServerSideEncryptionByDefault"]} for r in encryption["ServerSideEncryptionConfiguration"]]
            call("s3", "put_bucket_encryption", Bucket=name, ServerSideEncryptionConfiguration={"Rules": rules})
        if lifecycle := p.pop("LifecycleConfiguration", None):
            rules = []
            for rule in lifecycle["Rules"]:
                rule = dict(rule, ID=rule["Id"], Filter={"Prefix": rule.get("Prefix", "")})
                if "ExpirationInDays" in rule:
                    rule["Expiration"] = {"Days": rule["ExpirationInDays"]}
                rules.append({k: v for k, v in rule.items() if k not in ("Id", "Prefix", "ExpirationInDays")})
            call("s3", "put_bucket_lifecycle_configuration", Bucket=name, LifecycleConfiguration={"Rules": rules})
        if notification := p.pop("NotificationConfiguration", None):
            notification["EventBridgeConfiguration"].pop("EventBridgeEnabled")
            call("s3", "put_bucket_notification_configuration", Bucket=name, NotificationConfiguration=notification)
        p.pop("BucketName", None)
        if p:
            raise ValueError(f"The checks know nothing of {sorted(p)} of a bucket")
        return name, {"Arn": f"arn:aws:s3:::{name}"}

    def gone(self):
        call("s3", "delete_bucket", Bucket=self.physical_resource_id)


class BucketPolicy(Resource):
    "AWS::S3::BucketPolicy"

    @classmethod
    def made(cls, name, p):
        call("s3", "put_bucket_policy", Bucket=p["Bucket"], Policy=p["PolicyDocument"])
        return p["Bucket"]


class Queue(Resource):
    "AWS::SQS::Queue"

    NAME = "QueueName"

    @classmethod
    def made(cls, name, p):
        p.pop("QueueName", None)
        url = call("sqs", "create_queue", QueueName=name, Attributes=p)["QueueUrl"]
        arn = call("sqs", "get_queue_attributes", QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        return url, {"Arn": arn, "QueueName": name, "QueueUrl": url}

    def gone(self):
        call("sqs", "delete_queue", QueueUrl=self.physical_resource_id)


class QueuePolicy(Resource):
    "AWS::SQS::QueuePolicy"

    @classmethod
    def made(cls, name, p):
        for queue in p["Queues"]:
            call("sqs", "set_queue_attributes", QueueUrl=queue, Attributes={"Policy": p["PolicyDocument"]})
        return name


class Bus(Resource):
    "AWS::Events::EventBus"

    NAME = "Name"

    @classmethod
    def made(cls, name, p):
        return name, {"Arn": call("events", "create_event_bus", **p)["EventBusArn"], "Name": name}

    def gone(self):
        # moto deletes in any order, and tries again what could not be deleted yet.
        rules = [r["Name"] for r in call("events", "list_rules", EventBusName=self.physical_resource_id)["Rules"]]
        if [r for r in rules if not r.startswith("Events-Archive")]:
            raise RuntimeError(f"Expected a bus without rules, but it has {rules}")
        call("events", "delete_event_bus", Name=self.physical_resource_id)


class BusPolicy(Resource):
    "AWS::Events::EventBusPolicy"

    @classmethod
    def made(cls, name, p):
        # Each adds one statement; the API would replace them all.
        bus = call("events", "describe_event_bus", Name=p["EventBusName"])
        policy = json.loads(bus.get("Policy") or '{"Version": "2012-10-17", "Statement": []}')
        policy["Statement"].append(dict(p["Statement"], Sid=p["StatementId"]))
        call("events", "put_permission", EventBusName=p["EventBusName"], Policy=policy)
        return name


class Rule(Resource):
    "AWS::Events::Rule"

    NAME = "Name"

    @classmethod
    def made(cls, name, p):
        targets, bus = p.pop("Targets"), p.get("EventBusName", "default")
        arn = call("events", "put_rule", **{**p, "Name": name})["RuleArn"]
        call("events", "put_targets", Rule=name, EventBusName=bus, Targets=targets)
        # As on AWS, where a reference to a rule of a bus of one's own names both.
        return (name if bus == "default" else f"{bus}|{name}"), {"Arn": arn, "bus": bus, "targets": [t["Id"] for t in targets]}

    def gone(self):
        name, bus = self.physical_resource_id.split("|")[-1], self.attributes["bus"]
        call("events", "remove_targets", Rule=name, EventBusName=bus, Ids=self.attributes["targets"])
        call("events", "delete_rule", Name=name, EventBusName=bus)


class Role(Resource):
    "AWS::IAM::Role"

    NAME = "RoleName"

    @classmethod
    def made(cls, name, p):
        policies, managed = p.pop("Policies", []), p.pop("ManagedPolicyArns", [])
        role = call("iam", "create_role", **p, RoleName=name)["Role"]
        for policy in policies:
            # SAM leaves the version out of policies that it writes; AWS takes that for an old one, moto for a mistake.
            policy["PolicyDocument"].setdefault("Version", "2012-10-17")
            call("iam", "put_role_policy", RoleName=name, **policy)
        for arn in managed:
            call("iam", "attach_role_policy", RoleName=name, PolicyArn=arn)
        return name, {"Arn": role["Arn"], "RoleId": role["RoleId"]}

    def gone(self):
        role = self.physical_resource_id
        for policy in call("iam", "list_role_policies", RoleName=role)["PolicyNames"]:
            call("iam", "delete_role_policy", RoleName=role, PolicyName=policy)
        for policy in call("iam", "list_attached_role_policies", RoleName=role)["AttachedPolicies"]:
            call("iam", "detach_role_policy", RoleName=role, PolicyArn=policy["PolicyArn"])
        call("iam", "delete_role", RoleName=role)


class Function(Resource):
    "AWS::Lambda::Function"

    NAME = "FunctionName"

    @classmethod
    def made(cls, name, p):
        p["Tags"] = {t["Key"]: t["Value"] for t in p.get("Tags", [])}
        # moto has no operation for it; the checks look at the transformed template.
        p.pop("RecursiveLoop", None)
        arn = call("lambda", "create_function", **{**p, "FunctionName": name})["FunctionArn"]
        return name, {"Arn": arn}

    @classmethod
    def changed(cls, resource, p):
        settings = {k: v for k, v in p.items() if k not in ("Code", "Tags", "RecursiveLoop", "Architectures", "FunctionName")}
        call("lambda", "update_function_configuration", FunctionName=resource.physical_resource_id, **settings)

    def gone(self):
        call("lambda", "delete_function", FunctionName=self.physical_resource_id)


class Version(Resource):
    "AWS::Lambda::Version"

    @classmethod
    def made(cls, name, p):
        version = call("lambda", "publish_version", **p)
        return version["FunctionArn"], {"Version": version["Version"]}


class Alias(Resource):
    "AWS::Lambda::Alias"

    @classmethod
    def made(cls, name, p):
        return call("lambda", "create_alias", **p)["AliasArn"]

    @classmethod
    def changed(cls, resource, p):
        call("lambda", "update_alias", **p)


class Permission(Resource):
    "AWS::Lambda::Permission"

    @classmethod
    def made(cls, name, p):
        # moto finds no alias by its ARN here: its name is the part after the function's.
        *function, alias = p.pop("FunctionName").split(":")
        call("lambda", "add_permission", **p, FunctionName=":".join(function), Qualifier=alias, StatementId=name)
        return name


class EventInvokeConfig(Resource):
    "AWS::Lambda::EventInvokeConfig"

    @classmethod
    def made(cls, name, p):
        qualifier = {} if p.get("Qualifier") == "$LATEST" else {"Qualifier": p["Qualifier"]}
        p.pop("Qualifier")
        call("lambda", "put_function_event_invoke_config", **p, **qualifier)
        return name


class EventSourceMapping(Resource):
    "AWS::Lambda::EventSourceMapping"

    @classmethod
    def made(cls, name, p):
        return call("lambda", "create_event_source_mapping", **p)["UUID"]

    @classmethod
    def changed(cls, resource, p):
        p.pop("EventSourceArn")
        call("lambda", "update_event_source_mapping", UUID=resource.physical_resource_id, **p)

    def gone(self):
        call("lambda", "delete_event_source_mapping", UUID=self.physical_resource_id)


class ScheduleGroup(Resource):
    "AWS::Scheduler::ScheduleGroup"

    NAME = "Name"

    @classmethod
    def made(cls, name, p):
        return name, {"Arn": call("scheduler", "create_schedule_group", **p)["ScheduleGroupArn"]}

    def gone(self):
        if call("scheduler", "list_schedules", GroupName=self.physical_resource_id)["Schedules"]:
            raise RuntimeError("Expected a group without schedules")
        call("scheduler", "delete_schedule_group", Name=self.physical_resource_id)


class Schedule(Resource):
    "AWS::Scheduler::Schedule"

    NAME = "Name"

    @classmethod
    def made(cls, name, p):
        call("scheduler", "create_schedule", **p)
        return name, {"group": p["GroupName"]}

    def gone(self):
        call("scheduler", "delete_schedule", Name=self.physical_resource_id, GroupName=self.attributes["group"])


class Api(Resource):
    "AWS::ApiGatewayV2::Api"

    @classmethod
    def made(cls, name, p):
        # moto's ImportApi has no name for the API, nor its kind; ReimportApi has the routes.
        api = call("apigatewayv2", "create_api", Name=name, ProtocolType="HTTP")
        call("apigatewayv2", "reimport_api", ApiId=api["ApiId"], Body=p["Body"])
        return api["ApiId"], {"ApiEndpoint": api["ApiEndpoint"], "ApiId": api["ApiId"]}

    def gone(self):
        call("apigatewayv2", "delete_api", ApiId=self.physical_resource_id)


class Stage(Resource):
    "AWS::ApiGatewayV2::Stage"

    @classmethod
    def made(cls, name, p):
        call("apigatewayv2", "create_stage", **p)
        return p["StageName"]


class Alarm(Resource):
    "AWS::CloudWatch::Alarm"

    NAME = "AlarmName"

    @classmethod
    def made(cls, name, p):
        call("cloudwatch", "put_metric_alarm", **p)
        return name

    def gone(self):
        call("cloudwatch", "delete_alarms", AlarmNames=[self.physical_resource_id])


class DeploymentApplication(Resource):
    "AWS::CodeDeploy::Application"

    @classmethod
    def made(cls, name, p):
        call("codedeploy", "create_application", ApplicationName=name, **p)
        return name


class DeploymentGroup(Resource):
    "AWS::CodeDeploy::DeploymentGroup"

    @classmethod
    def made(cls, name, p):
        call("codedeploy", "create_deployment_group", DeploymentGroupName=name, **p)
        return name


def _resolved(value, resources):
    """moto keeps AWS::NoValue in lists, as null, and knows no dynamic references."""
    cleaned = _clean_json(value, resources)
    if isinstance(cleaned, list):
        return [v for v in cleaned if v is not None]
    if isinstance(cleaned, str):
        return _DYNAMIC.sub(lambda m: call("ssm", "get_parameter", Name=m.group(1))["Parameter"]["Value"], cleaned)
    return cleaned


_DYNAMIC = re.compile(r"\{\{resolve:ssm:([^:}]+)}}")
_clean_json, parsing.clean_json = parsing.clean_json, _resolved
# moto's nested stacks have no outputs.
cloudformation.Stack.get_cfn_attribute = lambda self, name: self.output_map[name.removeprefix("Outputs.")].value

for _kind in Resource.__subclasses__():
    parsing.get_model_map()[_kind.__doc__] = _kind
    parsing.get_name_type_map()[_kind.__doc__] = _kind.NAME
