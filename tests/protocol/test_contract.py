"""What the other tests lean on: the contract's files, and the checker itself."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from typing import get_args, get_origin, get_type_hints

import pytest
from jsonschema import Draft202012Validator
from typing_extensions import NotRequired

from jupyterlab_batch._generated import wire
from jupyterlab_batch._generated.errors import ERRORS
from jupyterlab_batch._generated.grammar import GRAMMAR
from tests.contract import (
    ContractBroken,
    check_problem,
    check_reply,
    check_schema,
    document,
    operations,
)

GENERATED = Path(__file__).parents[2] / "jupyterlab_batch" / "_generated"
PROBLEM = {
    "type": "urn:jupyterlab-batch:error:not_found",
    "title": "There is nothing of that name",
    "status": 404,
    "detail": "No run has the id 01.",
    "code": "not_found",
    "errors": [],
    "retry_after": None,
}


def test_every_schema_is_a_schema_and_has_a_python_name() -> None:
    schemas = document()["components"]["schemas"]
    assert len(schemas) > 40
    for name, schema in schemas.items():
        Draft202012Validator.check_schema(schema)
        assert hasattr(wire, name), name


def test_every_reference_leads_somewhere() -> None:
    schemas = document()["components"]["schemas"]

    def references(node: object) -> list[str]:
        if isinstance(node, list):
            return [r for member in node for r in references(member)]
        if not isinstance(node, dict):
            return []
        own = [node["$ref"]] if "$ref" in node else []
        return own + [r for member in node.values() for r in references(member)]

    found = references(document())
    assert found
    assert {r.rpartition("/")[2] for r in found} <= set(schemas)


def test_every_route_says_how_it_is_refused() -> None:
    assert {"submit", "list", "permit", "prepare"} <= set(operations())
    for name, operation in operations().items():
        told = set(operation["x-errors"])
        assert told <= set(ERRORS), name
        statuses = {str(ERRORS[code][0]) for code in told}
        assert statuses < set(operation["responses"]), name


def test_python_and_json_agree_on_a_shape() -> None:
    hints = get_type_hints(wire.Parameter, include_extras=True)
    schema = document()["components"]["schemas"]["Parameter"]
    assert set(hints) == set(schema["properties"])
    optional = {n for n, hint in hints.items() if get_origin(hint) is NotRequired}
    assert set(schema["required"]) == set(hints) - optional
    layers = document()["components"]["schemas"]["Layer"]["enum"]
    assert list(get_args(wire.Layer)) == layers


def test_the_grammar_covers_every_type() -> None:
    assert set(GRAMMAR) == set(get_args(wire.BaseType))


def test_a_broken_reply_is_pointed_at() -> None:
    with pytest.raises(ContractBroken, match=r"\$\.status: '404' is not of type"):
        check_schema("Problem", {**PROBLEM, "status": "404"})
    with pytest.raises(ContractBroken, match=r"'extra' was unexpected"):
        check_schema("Problem", {**PROBLEM, "extra": 1})
    with pytest.raises(ContractBroken, match="'runs' is a required property"):
        check_reply("list", {"next": None})
    with pytest.raises(ContractBroken, match="the code is not_found"):
        check_problem(PROBLEM, "over")
    with pytest.raises(KeyError):
        check_schema("Nothing", {})
    with pytest.raises(KeyError):
        check_reply("nothing", {})


def test_a_good_reply_passes_through() -> None:
    assert check_reply("list", {"runs": [], "next": None}) == {"runs": [], "next": None}
    assert check_problem(PROBLEM, "over", "not_found") is PROBLEM


def test_a_kernel_can_load_what_is_generated_for_it() -> None:
    """The grammar and the errors need no package but the standard library."""
    for name in ("grammar", "errors"):
        tree = ast.parse((GENERATED / f"{name}.py").read_text(), feature_version=(3, 9))
        imported = {
            node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)
        }
        assert imported <= {"__future__", "typing"}, name


def test_job_needs_only_the_standard_library() -> None:
    """A kernel may have nothing but the travelling copy (`-S`: no site-packages)."""
    code = (
        "import sys; from jupyterlab_batch.job import params; "
        "third = {'yaml', 'tomlkit', 'httpx', 'nbformat', 'typing_extensions'}; "
        "print(sorted(third & set(sys.modules)))"
    )
    root = GENERATED.parents[1]
    ran = subprocess.run(
        [sys.executable, "-S", "-E", "-c", code],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.stdout.strip(), ran.stderr) == ("[]", "")
