"""What AWS's own tools say of the templates, and what no tool asks: that nobody may do more than is written here."""

import unittest

from samtranslator.yaml_helper import yaml_parse
from stacks import ENGINE, LINT, ROOT, TEMPLATES, UPLOADS, build, packaged, tool, transformed, validation

# Actions that know no resources, or none that could be named beforehand.
EVERYWHERE = {
    "xray:PutTraceSegments",  # https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
    "xray:PutTelemetryRecords",
    "cloudwatch:DescribeAlarms",  # of CodeDeploy, which reads whether to go on
}


class Tools(unittest.TestCase):
    def test_sam_validate_lint(self):
        for template in TEMPLATES:
            with self.subTest(template=template.relative_to(ROOT)):
                tool(*validation(template))

    def test_cfn_lint_finds_nothing(self):
        # No suppression anywhere: if one is ever needed, its reason stands beside it in the template.
        self.assertEqual("", tool(*LINT))

    def test_sam_build_leaves_the_prebuilt_zips_alone(self):
        for template in (ENGINE, UPLOADS):
            with self.subTest(template=template.relative_to(ROOT)):
                tool(*build(template))
                out = build(template)[-1]
                built = yaml_parse((out / "template.yaml").read_text(encoding="utf-8"))
                functions = [r["Properties"] for r in built["Resources"].values() if r["Type"] == "AWS::Serverless::Function"]
                # Deployed from where sam build has put the template, as sam deploy does once there is such a place.
                code = {(out / f["CodeUri"]).resolve() for f in functions}
                self.assertEqual({True}, {c.suffix == ".zip" and c.is_file() for c in code}, code)
                self.assertEqual(1, len(code))


class Permissions(unittest.TestCase):
    """Of the transformed templates: with the roles that SAM writes itself."""

    def setUp(self):
        self.templates = {"engine": transformed(packaged(ENGINE), {}), "uploads": transformed(packaged(UPLOADS), {})}

    def statements(self):
        for template, content in self.templates.items():
            for name, resource in content["Resources"].items():
                if resource["Type"] == "AWS::IAM::Role":
                    for policy in resource["Properties"].get("Policies", []):
                        for statement in policy["PolicyDocument"]["Statement"]:
                            for one in _alternatives(statement):
                                yield f"{template}.{name}", one

    def test_no_action_has_an_asterisk(self):
        for place, statement in self.statements():
            if statement["Effect"] == "Allow":
                for action in _list(statement["Action"]):
                    self.assertNotIn("*", action, place)

    def test_no_resource_is_everything(self):
        for place, statement in self.statements():
            if "*" in _list(statement["Resource"]):
                self.assertLessEqual(set(_list(statement["Action"])), EVERYWHERE, place)

    def test_the_engine_s_roles_have_no_managed_policies(self):
        # SAM's own, AWSLambdaBasicExecutionRole, would let each function write into every log of the account.
        for name, role in self.roles("engine"):
            self.assertNotIn("ManagedPolicyArns", role, name)

    def test_the_boundary_is_on_every_role(self):
        boundary = {"Fn::If": ["HasBoundary", {"Ref": "PermissionsBoundary"}, {"Ref": "AWS::NoValue"}]}
        for name, role in self.roles("engine"):
            self.assertEqual(boundary, role.get("PermissionsBoundary"), name)

    def test_schedules_are_made_for_this_account_only(self):
        for name, role in self.roles("engine"):
            trust = role["AssumeRolePolicyDocument"]["Statement"][0]
            if trust["Principal"]["Service"] == "scheduler.amazonaws.com":
                self.assertEqual({"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}, trust.get("Condition"), name)

    def test_functions_are_invoked_by_prefix_and_never_the_engine_s_own(self):
        invoke = [s for place, s in self.statements() if place == "engine.EngineRole" and s["Action"] == "lambda:InvokeFunction"]
        allowed = [r for s in invoke if s["Effect"] == "Allow" for r in _list(s["Resource"]) for r in _alternatives(r)]
        names = {r["Fn::Sub"].split(":function:")[1] for r in allowed if "Fn::Sub" in r}
        self.assertEqual({"${ActionPrefix}*", "${AWS::StackName}-*"}, names)
        denied = [s for s in invoke if s["Effect"] == "Deny"]
        self.assertEqual(1, len(denied))
        functions = self.templates["engine"]["Resources"]
        own = [n for n, r in functions.items() if r["Type"] == "AWS::Lambda::Function" and "Condition" not in r]
        self.assertEqual(
            {f"${{AWS::StackName}}*-{n}*" for n in own}, {r["Fn::Sub"].split(":function:")[1] for r in denied[0]["Resource"]})
        for name in own:
            # The pattern above is of this name.
            self.assertEqual({"Fn::Sub": f"${{AWS::StackName}}-{name}"}, functions[name]["Properties"]["FunctionName"])

    def roles(self, template):
        resources = self.templates[template]["Resources"].items()
        return [(name, r["Properties"]) for name, r in resources if r["Type"] == "AWS::IAM::Role"]


def _list(value):
    return value if isinstance(value, list) else [value]


def _alternatives(value):
    """What a value may become, under whatever conditions."""
    if isinstance(value, dict) and "Fn::If" in value:
        return [one for branch in value["Fn::If"][1:] for one in _alternatives(branch)]
    return [] if value == {"Ref": "AWS::NoValue"} else [value]
