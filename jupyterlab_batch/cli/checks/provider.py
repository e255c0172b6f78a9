"""What a throw-away client found out about an identity provider, check by check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .check import Check

_REVOCATION = {
    "at_resource": "real: a revoked token is refused",
    "at_issuer": "at the issuer only: a resource accepts a revoked token",
    "accepted_only": "accepted, and without effect: a revoked token works",
    "unproved": "accepted, and nobody can be asked whether a token is dead",
    "refused": "refused for such tokens",
    "absent": "there is none",
}
_WITNESS = "Set resource_probe in the configuration, and ask again."
_SHORT = "Have the provider give short-lived tokens, or tokens that it can revoke."


def findings(found: Mapping[str, Any]) -> Iterator[Check]:
    """Tell an examination (``Examination`` of the contract) as the doctor does."""
    life = found["life"]
    lives = "without a known end" if life is None else f"for {_seconds(life)}"
    chosen = "; a shorter life can be asked for" if found["narrows_life"] else ""
    yield Check("tokens", True, f"{found['tokens']}; they live {lives}{chosen}")
    yield _revocation(found)
    if found["probe_tells"] is False:
        told = "refuses a token that was just made"
        fix = "Name an address that answers 200 to a token of these scopes."
        yield Check("resource probe", False, told, fix)
    elif found["probe_tells"] is None:
        told = "not configured: the issuer's word is all there is"
        yield Check("resource probe", True, told, _WITNESS)
    else:
        yield Check("resource probe", True, "knows a living token")
    narrows = {
        True: "can be narrowed",
        False: "cannot be narrowed: each token may do all that its client may",
        None: "not tried: the entry has fewer than two",
    }
    yield Check("scopes", True, narrows[found["narrows_scope"]])
    yield _deletion(found["deleted_client_mints"])
    if found["left"]:
        kinds = " and ".join(f"a {one['kind']}" for one in found["left"])
        told = f"{kinds} of {found['left'][0]['name']} may be left at the provider"
        fix = "See `jupyter batch leases`; ask the provider to remove them."
        yield Check("left behind", False, told, fix)
    else:
        yield Check("left behind", True, "nothing")


def _revocation(found: Mapping[str, Any]) -> Check:
    told, lag = _REVOCATION[found["revocation"]], found["lag"]
    if found["revocation"] == "at_resource" and lag is not None:
        return Check("revocation", True, f"{told} after {lag:.1f} s")
    fix = _WITNESS if found["revocation"] == "unproved" else _SHORT
    if found["revocation"] in ("at_issuer", "accepted_only"):
        told += f", for at least {_seconds(found['bound'])}"
    return Check("revocation", False, told, fix)


def _deletion(mints: bool | None) -> Check:
    if mints is None:
        return Check("deleted clients", True, "not tried: no client can be deleted")
    if mints:
        fix = "Tell the provider: its deletion of clients ends nothing."
        return Check("deleted clients", False, "still get tokens", fix)
    return Check("deleted clients", True, "get no more tokens")


def _seconds(count: float) -> str:
    return f"{count:.0f} s"
