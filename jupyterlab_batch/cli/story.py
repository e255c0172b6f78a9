"""The audit rows of a run, told in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .terminal import shown
from .words import moment

#: what an event of a run or a lease means to who reads it; without an entry, its name
WORDS = {
    ("run", "created"): "submitted",
    ("run", "copy_failed"): "its files could not be copied",
    ("run", "inject_failed"): "its parameters could not be put into the notebook",
    ("run", "submit_refused"): "the target refused it",
    ("run", "rebuild_failed"): "the executed notebook could not be folded",
    ("run", "recorded"): "its record was written, and looked through for secrets",
    ("run", "timer"): "a time limit passed",
    ("run", "copied"): "its files lie in the run folder",
    ("run", "injected"): "its parameters are in the notebook",
    ("run", "submitted"): "handed to the target",
    ("run", "ticket_sent"): "the runner holds the ticket",
    ("run", "ticket_lost"): "the ticket may not have reached the runner",
    ("run", "claim_refused"): "a claim to the start permit was refused",
    ("run", "permit"): "the runner traded the ticket for its start permit",
    ("run", "released"): "the runner is done",
    ("run", "gone"): "the runner's process is gone",
    ("run", "host_gone"): "the machine was restarted under it",
    ("run", "swept"): "none of its processes is left",
    ("run", "rebuilt"): "the executed notebook was folded",
    ("run", "delivered"): "the results were delivered",
    ("run", "cancel"): "somebody cancelled it",
    ("run", "cancel_sent"): "the runner was told to stop",
    ("run", "lease_ready"): "its credential can be minted",
    ("run", "lease_failed"): "it gets no credential",
    ("run", "lease_closed"): "nothing of its credential is left",
    ("run", "delete"): "somebody deleted it",
    ("run", "folder_deleted"): "its folder is gone",
    ("run", "delete_failed"): "its folder could not be deleted",
    ("lease", "created"): "a credential was promised",
    ("lease", "provision"): "the provider is asked for a client",
    ("lease", "registered"): "the provider is ready",
    ("lease", "register_failed"): "no client yet",
    ("lease", "armed"): "waits for the start permit",
    ("lease", "claim"): "claimed with the start permit: a token is asked for",
    ("lease", "minted"): "minted",
    ("lease", "mint_failed"): "no token yet",
    ("lease", "refreshed"): "refreshed",
    ("lease", "refresh_failed"): "no token by the refresh token yet",
    ("lease", "refresh_skipped"): "no refresh is needed any more",
    ("lease", "renew"): "the job needs more time: another token is asked for",
    ("lease", "used"): "the job was handed its token",
    ("lease", "drain"): "nothing is issued any more; what was is revoked",
    ("lease", "revoke"): "revoked by an operator",
    ("lease", "revoked"): "the provider accepted the revocation, which proves nothing",
    ("lease", "revoke_failed"): "the revocation failed",
    ("lease", "probed"): "the resource was asked",
    ("lease", "probe_failed"): "the resource could not be asked",
    ("lease", "introspected"): "the issuer was asked",
    ("lease", "introspect_failed"): "the issuer could not be asked",
    ("lease", "client_deleted"): "the client was deleted",
    ("lease", "delete_failed"): "the client could not be deleted",
    ("lease", "register_skipped"): "no client is needed any more",
    ("lease", "try_again"): "the pause is over: the provider is asked again",
    ("lease", "mint_skipped"): "no token is needed any more",
    ("lease", "looked"): "what the job wrote was looked through for its tokens",
    ("lease", "rekey"): "sealed under another key",
    ("lease", "dismissed"): "an operator said that nothing is left at the provider",
    ("lease", "erased"): "its secrets are erased; closed",
}


def story(rows: Iterable[Mapping[str, Any]], everything: bool = False) -> Iterator[str]:
    """Tell each row in a line: when, of what, what happened, and where that led.

    Parameters
    ----------
    everything : bool
        Tell also the rows that came too late and changed nothing.
    """
    day = ""
    for row in rows:
        if not row["fits"] and not everything:
            continue
        at = moment(row["at"]).astimezone()
        if at.strftime("%Y-%m-%d") != day:
            day = at.strftime("%Y-%m-%d")
            yield day
        yield f"{at.strftime('%H:%M:%S.%f')[:-3]}  {_sentence(row)}"


def _sentence(row: Mapping[str, Any]) -> str:
    subject = "credential" if row["machine"] == "lease" else "run"
    told = WORDS.get((row["machine"], row["event"]), row["event"].replace("_", " "))
    if row["detail"]:
        told += f": {shown(row['detail'])}"
    if not row["fits"]:
        return f"{subject:10}  ({told}; too late, nothing changed)"
    led = f"  → {row['to']}" if row["from"] != row["to"] else ""
    return f"{subject:10}  {told}{led}"
