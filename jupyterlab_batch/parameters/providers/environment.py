"""Layer ``environment``: ``<PREFIX>_<NAME>``, and never any other name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ..base import Finding, Place
from ..formats import Scalar


class Environment(Place):
    """Variables of the submitter's environment.

    Exact case counts first. The upper case form counts where only one name of
    the notebook has it (``Xc`` from ``FUNWAVE_XC``, unless there is an ``XC``).
    An empty variable is a value. A parameter that the notebook itself reads from
    the environment has that variable as well: it is what the author would get by
    hand.
    """

    layer = "environment"

    def findings(self) -> Iterator[Finding]:
        """Yield what the environment says of the notebook's names."""
        environ = self.request.environ
        prefix = self.request.prefix
        declarations = self.request.declarations
        read = self.request.inspection["reads_environment"]
        uppers = Counter(name.upper() for name in declarations)
        for name, declaration in declarations.items():
            if prefix is not None:
                exact, upper = f"{prefix}_{name}", f"{prefix}_{name}".upper()
                if exact in environ:
                    yield self._found(name, exact)
                elif upper in environ and upper != f"{prefix}_SETTINGS".upper():
                    if uppers[name.upper()] == 1:
                        yield self._found(name, upper)
                    elif name.upper() not in declarations:
                        self._ambiguous(name, upper)
            # not `FUNWAVE_AMP` read as AMP: that one was found above
            own = declaration["evidence"] == "environment" and name in read
            if own and name in environ:
                yield self._found(name, name)

    def where(self) -> str | None:
        """Name the variables with a ``*`` for the parameter."""
        prefix = self.request.prefix
        return None if prefix is None else f"{prefix}_*"

    def _found(self, name: str, variable: str) -> Finding:
        text = self.request.environ[variable]
        return Finding(name, Scalar(text, 0), self.layer, variable)

    def _ambiguous(self, name: str, variable: str) -> None:
        self.report(
            "ambiguous_variable",
            f"{variable} could mean more than one parameter and is not used. "
            f"Set {self.request.prefix}_{name} to mean {name}.",
            severity="warning",
            parameter=name,
            origin=variable,
        )
