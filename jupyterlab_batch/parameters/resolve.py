"""The chain: every name, every place, one value with its provenance."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .base import Finding, ResolveRequest, problem
from .formats import text_of
from .providers import CHAIN
from .providers.notebook import origin_in
from .values import Refused, check_text, expectation

if TYPE_CHECKING:
    from .._generated.wire import (
        BaseType,
        ChainPlace,
        Declaration,
        Parameter,
        PrepareProblem,
        Shadowed,
    )


@dataclass(frozen=True)
class Resolution:
    """What the chain gave, in the wire's shapes."""

    parameters: list[Parameter]
    problems: list[PrepareProblem]
    #: the chain, high to low, with what each place looks at
    places: list[ChainPlace]

    @property
    def errors(self) -> list[PrepareProblem]:
        """The problems that stand in the way of a run."""
        return [p for p in self.problems if p["severity"] == "error"]


def resolve(request: ResolveRequest) -> Resolution:
    """Look up every declared and suggested name of a notebook.

    Depends on nothing but the request and the parameter files it leads to.

    Parameters
    ----------
    request
        The inspection, the environment, and what the user gave.

    Returns
    -------
    Resolution
        Every parameter in the notebook's order, even one whose value is
        refused (with the raw text), and everything that is wrong.
    """
    problems: list[PrepareProblem] = []
    ladders: dict[str, list[Finding]] = {name: [] for name in request.declarations}
    chain = [kind(request) for kind in CHAIN]
    for place in chain:
        for finding in place.findings():
            ladders[finding.name].append(finding)
        problems += place.problems
    if request.inspection["prefix"] and request.prefix is None:
        problems.append(_bad_prefix(request.inspection["prefix"]))
    parameters = []
    for name, declaration in request.declarations.items():
        ladder = _Ladder(request, declaration, ladders[name])
        parameters.append(ladder.parameter())
        problems += ladder.problems
    places: list[ChainPlace] = [
        {"layer": place.layer, "where": place.where()} for place in chain
    ]
    return Resolution(parameters, problems, places)


class _Ladder:
    """The findings of one name, what counts more first."""

    def __init__(
        self, request: ResolveRequest, declaration: Declaration, findings: list[Finding]
    ) -> None:
        self.name = declaration["name"]
        self.declaration = declaration
        self.problems: list[PrepareProblem] = []
        self.declared = (
            declaration["declared"]
            or self.name in request.ticked
            or any(finding.declares for finding in findings)
        )
        self.findings = findings if self.declared else self._suggested(findings)
        self.typed = self._typed(request.types.get(self.name))

    def _suggested(self, findings: list[Finding]) -> list[Finding]:
        """A suggested name keeps its default; what it would get is a note."""
        for finding in findings:
            if finding.layer != "notebook":
                self._report(
                    "only_suggested",
                    f"{finding.origin} has a value for {self.name}, which is only "
                    "suggested as a parameter. Tick it to use that value.",
                    finding.origin,
                    severity="note",
                )
        return [finding for finding in findings if finding.layer == "notebook"]

    def _typed(self, picked: BaseType | None) -> Mapping[str, Any]:
        """The declaration with the type that the user picked, if it has none."""
        own = self.declaration["type"]
        if picked is None or picked == own:
            return self.declaration
        if own is not None:
            self._report(
                "invalid_value",
                f"{self.name} is of type {own} in the notebook, not {picked}. "
                "Leave the type away, or change the notebook.",
                None,
            )
            return self.declaration
        return {**self.declaration, "type": picked}

    def parameter(self) -> Parameter:
        """The value that counts, those it hides, and where each came from."""
        if not self.findings:
            return self._without_value()
        kind, text = self._checked(self.findings[0])
        shadowed = [self._shadowed(finding) for finding in self.findings[1:]]
        expression = self.declaration["expression"]
        if expression is not None:
            shadowed.append(
                {
                    "text": expression,
                    "layer": "notebook",
                    "origin": origin_in(self.declaration),
                }
            )
        self._pinned(text)
        return {
            "name": self.name,
            "type": kind,
            "text": text,
            "declared": self.declared,
            "layer": self.findings[0].layer,
            "origin": self.findings[0].origin,
            "shadowed": shadowed,
        }

    def _without_value(self) -> Parameter:
        expression = self.declaration["expression"]
        found: Parameter = {
            "name": self.name,
            "type": self.typed["type"] or "str",
            "text": expression or "",
            "declared": self.declared,
            "layer": "notebook",
            "origin": origin_in(self.declaration),
            "shadowed": [],
        }
        if expression is not None:
            found["expression"] = True
        elif self.declared:
            self._report(
                "missing_value",
                f"{self.name} has no value anywhere. "
                f"Give it {expectation(self.typed)}.",
                found["origin"],
            )
        return found

    def _checked(self, finding: Finding) -> tuple[BaseType, str]:
        text = text_of(finding.node, self.typed)
        try:
            value = check_text(self.typed, text)
        except Refused as refusal:
            kind = self.typed["type"]
            if kind is None:
                self._report(
                    "untyped_parameter",
                    f"{self.name} is None in the notebook, so nothing says what "
                    f"{_shown(text)} from {finding.origin} is. Pick its type "
                    f"(-p {self.name}:int=3).",
                    finding.origin,
                )
            else:
                self._report(
                    "invalid_value",
                    f"{self.name} cannot be {_shown(text)} (from {finding.origin}). "
                    f"It takes {refusal.expects}.",
                    finding.origin,
                )
            return kind or "str", _sendable(text)
        return value["type"], value["text"]

    def _shadowed(self, finding: Finding) -> Shadowed:
        text = text_of(finding.node, self.typed)
        # what is not used may be anything: then it is shown as it stands
        with suppress(Refused):
            text = check_text(self.typed, text)["text"]
        return {
            "text": _sendable(text),
            "layer": finding.layer,
            "origin": finding.origin,
        }

    def _pinned(self, text: str) -> None:
        """What the user gave must not vanish in silence."""
        if self.findings[0].layer != "admin":
            return
        for finding in self.findings[1:]:
            if finding.layer == "override" and self._shadowed(finding)["text"] != text:
                self._report(
                    "pinned_parameter",
                    f"The site has set {self.name} to {_shown(text)} "
                    f"({self.findings[0].origin}); your value is not used.",
                    self.findings[0].origin,
                    severity="warning",
                )

    def _report(
        self, code: str, message: str, origin: str | None, severity: str = "error"
    ) -> None:
        self.problems.append(
            problem(
                code, message, severity=severity, parameter=self.name, origin=origin
            )
        )


def _sendable(text: str) -> str:
    """Bytes that are no text (PEP 383) were refused; shown, they must be JSON."""
    return text.encode("utf-8", "replace").decode()


def _shown(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:59] + "…")


def _bad_prefix(prefix: str) -> PrepareProblem:
    return problem(
        "invalid_parameter_name",
        f"The prefix {_shown(prefix)} cannot be part of a file name: use letters, "
        "digits and _. Without it the environment and the prefix files are off.",
        severity="error",
    )
