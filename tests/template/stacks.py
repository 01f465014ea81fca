"""A template on its way into an account: packaged by sam, transformed, deployed by CloudFormation; and what has become of it."""

import functools
import json
import subprocess
import sys
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


def tool(name, *arguments):
    """Runs a tool of this virtual environment; its whole output, and an error when it fails."""
    ran = subprocess.run([Path(sys.executable).parent / name, *map(str, arguments)], cwd=ROOT, text=True, capture_output=True)
    if ran.returncode != 0:
        raise AssertionError(f"Expected {name} {' '.join(map(str, arguments))} to succeed, but:\n{ran.stdout}{ran.stderr}")
    return ran.stdout + ran.stderr


@functools.cache
def _package(template):
    out = WORK / f"{template.parent.name}.packaged.yaml"
    tool("sam", "package", "-t", template, "--s3-bucket", ARTIFACTS, "--output-template-file", out)
    return out.read_text(encoding="utf-8")


def packaged(template):
    """What sam deploy would send: code and nested templates are in a bucket."""
    return yaml_parse(_package(template))


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
