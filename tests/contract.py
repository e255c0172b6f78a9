"""Every reply in the tests is checked against the contract (`protocol/openapi.json`).

``check_reply("list", data)`` for a route by its name, ``check_schema("Run", data)``
for a shape by its name. Both return what they were given.
"""

from __future__ import annotations

import functools
import json
import re
from pathlib import Path
from typing import Any, TypeVar

from jsonschema import Draft202012Validator

Data = TypeVar("Data")

OPENAPI = Path(__file__).parents[1] / "protocol" / "openapi.json"


class ContractBroken(AssertionError):
    """A reply that does not fit the contract; the message points at each fault."""


@functools.cache
def document() -> dict[str, Any]:
    """The OpenAPI document."""
    loaded: dict[str, Any] = json.loads(OPENAPI.read_text(encoding="utf-8"))
    return loaded


@functools.cache
def operations() -> dict[str, dict[str, Any]]:
    """Every route's operation by its name in ``ROUTES``."""
    return {
        operation["operationId"]: operation
        for verbs in document()["paths"].values()
        for operation in verbs.values()
    }


def route_of(method: str, path: str) -> str:
    """Name the route that answers a method at a path; the query does not matter."""
    plain = path.partition("?")[0]
    paths = document()["paths"]
    # a named path wins over one with a parameter
    for known in sorted(paths, key=lambda each: each.count("{")):
        pattern = re.sub(r"\{\w+\}", "[^/]+", known)
        if re.fullmatch(pattern, plain) and method.lower() in paths[known]:
            return str(paths[known][method.lower()]["operationId"])
    raise KeyError(f"the contract has no {method} {plain}")


@functools.cache
def _validator(name: str) -> Draft202012Validator:
    if name not in document()["components"]["schemas"]:
        raise KeyError(f"protocol/openapi.json has no schema {name}")
    return Draft202012Validator(
        {
            "$ref": f"#/components/schemas/{name}",
            "components": document()["components"],
        }
    )


def check_schema(name: str, data: Data) -> Data:
    """Check data against a component.

    Parameters
    ----------
    name
        As in ``components/schemas``, for instance ``Run``.
    data
        Parsed JSON.

    Returns
    -------
    object
        The data.

    Raises
    ------
    ContractBroken
        With the place and the fault of each member that does not fit.
    """
    faults = sorted(_validator(name).iter_errors(data), key=lambda e: e.json_path)
    if faults:
        told = "\n".join(f"  {e.json_path}: {e.message}" for e in faults)
        raise ContractBroken(f"this is no {name}:\n{told}")
    return data


def check_reply(route_name: str, data: Data) -> Data:
    """Check a successful reply of a route.

    Parameters
    ----------
    route_name
        Key of ``ROUTES`` in ``protocol/src/routes.ts``, for instance ``submit``.
    data
        Parsed JSON of the body.
    """
    responses = operations()[route_name]["responses"]
    reply = next(r for status, r in responses.items() if status.startswith("2"))
    (content,) = reply["content"].values()
    return check_schema(content["schema"]["$ref"].rpartition("/")[2], data)


def check_problem(data: Any, *codes: str) -> Any:
    """Check an error body, and that its code is one of those expected."""
    check_schema("Problem", data)
    if codes and data["code"] not in codes:
        raise ContractBroken(f"the code is {data['code']}, not {' or '.join(codes)}")
    return data
