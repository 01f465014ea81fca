"""A template on its way into an account: packaged by sam, transformed, deployed by CloudFormation; and what has become of it."""

import functools
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from emulator import call, client
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / "tests" / "target" / "template"
ENGINE = ROOT / "template.yaml"
UPLOADS = ROOT / "functions" / "examples" / "uploads" / "template.yaml"
TEMPLATES = [ENGINE, UPLOADS, *sorted((ROOT / "infra").glob("*.yaml"))]
ARTIFACTS = "artifacts"


_TOOLS = ThreadPoolExecutor(max_workers=2)


@functools.cache
def begun(name, *arguments):
    """A tool of this virtual environment at work, once; two at a time. Its whole output is to come, or an error when it fails."""
    return _TOOLS.submit(_run, name, [str(a) for a in arguments])


def _run(name, arguments):
    ran = subprocess.run([Path(sys.executable).parent / name, *arguments], cwd=ROOT, text=True, capture_output=True)
    if ran.returncode != 0:
        raise AssertionError(f"Expected {name} {' '.join(arguments)} to succeed, but:\n{ran.stdout}{ran.stderr}")
    return ran.stdout + ran.stderr


def tool(name, *arguments):
    return begun(name, *arguments).result()


def validation(template):
    return "sam", "validate", "--lint", "-t", template


def build(template):
    return "sam", "build", "-t", template, "-b", WORK / "build" / template.parent.name


def package(template):
    return "sam", "package", "-t", template, "--s3-bucket", ARTIFACTS, "--output-template-file", WORK / f"{template.parent.name}.packaged.yaml"


LINT = ("cfn-lint", "--", *TEMPLATES)


def begin():
    """Starts what the checks will ask for: the tools take seconds each, and the deployments need not wait for most of them."""
    for command in (package(ENGINE), package(UPLOADS), LINT, build(ENGINE), build(UPLOADS), *map(validation, TEMPLATES)):
        begun(*command)


def packaged(template):
    """What sam deploy would send: code and nested templates are in a bucket."""
    tool(*package(template))
    return yaml_parse(package(template)[-1].read_text(encoding="utf-8"))


def transformed(template, parameters):
    """What the transforms make of a template, on AWS as here: SAM's is its own library, of LanguageExtensions we use one sentence."""
    defaults = {n: p.get("Default") for n, p in template.get("Parameters", {}).items()}
    values = {**defaults, **parameters}
    for resource in template["Resources"].values():
        for policy in ("DeletionPolicy", "UpdateReplacePolicy"):
            if isinstance(resource.get(policy), dict):
                resource[policy] = values[resource[policy]["Ref"]]
    return Translator({}, Parser()).translate(template, dict(parameters))


class Stack:
    """One stack, by its name."""

    def __init__(self, name, template, **parameters):
        self.name = name
        self.source = template
        self.parameters = parameters
        self.template = transformed(packaged(template), parameters)

    def create(self):
        self._send("create_stack")
        return self

    def update(self, **parameters):
        self.parameters = {**self.parameters, **parameters}
        self.template = transformed(packaged(self.source), self.parameters)
        self._send("update_stack")

    def delete(self):
        call("cloudformation", "delete_stack", StackName=self.name)

    def _send(self, operation):
        call(
            "cloudformation",
            operation,
            StackName=self.name,
            TemplateBody=json.dumps(self.template, default=str),
            Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in self.parameters.items()],
            Capabilities=["CAPABILITY_IAM"],
        )

    @property
    def status(self):
        return self._described["StackStatus"]

    @property
    def outputs(self):
        return {o["OutputKey"]: o["OutputValue"] for o in self._described.get("Outputs", [])}

    @property
    def _described(self):
        return call("cloudformation", "describe_stacks", StackName=self.name)["Stacks"][0]

    def ids(self):
        """Logical to physical ids."""
        pages = client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=self.name)
        return {r["LogicalResourceId"]: r["PhysicalResourceId"] for p in pages for r in p["StackResourceSummaries"]}

    def resources(self, kind):
        """Logical ids to resources of a type, as the transform left them."""
        return {name: r for name, r in self.template["Resources"].items() if r["Type"] == kind}

    def properties(self, logical_id):
        return self.template["Resources"][logical_id]["Properties"]
