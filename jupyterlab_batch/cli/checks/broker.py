"""Does the broker run, and what does it say of itself?"""

from __future__ import annotations

from typing import Any

from ..resources import offer_of
from .check import Check, Patient


def sockets(patient: Patient) -> Check:
    from jupyterlab_batch.launcher import LauncherError
    from jupyterlab_batch.launcher.folders import private

    folder = patient.places.sockets
    try:
        private(folder)
    except LauncherError as error:
        return Check("sockets", False, error.message, error.fix)
    return Check("sockets", True, str(folder))


def lock(patient: Patient) -> Check:
    from jupyterlab_batch.launcher.lock import is_held, read_holder
    from jupyterlab_batch.launcher.start import elsewhere

    if not is_held(patient.places.lock):
        return Check("lock", True, "free: no broker runs yet")
    holder = read_holder(patient.places.lock)
    if holder is None:
        return Check("lock", True, "held; its holder is just starting")
    if not holder.here:
        error = elsewhere(holder, patient.data)
        return Check("lock", False, error.message, error.fix)
    return Check("lock", True, f"held by process {holder.pid} on {holder.host}")


def answers(patient: Patient) -> Check:
    from jupyterlab_batch.launcher import LauncherError

    failure = patient.failure
    if isinstance(failure, LauncherError):
        return Check("broker", False, failure.message, failure.fix or None)
    if patient.health is None:
        return Check("broker", False, "does not answer", "jupyter batch broker stop")
    health, notice = patient.health, patient.broker.notice if patient.broker else ""
    told = f"version {health['version']}, process {health['pid']}, since "
    return Check("broker", True, told + str(health["since"]), notice or None)


def configuration(patient: Patient) -> Check:
    """Tell the broker's files and its notes on them; each names file and line.

    A configuration that is wrong keeps the broker from starting: `answers` says so.
    """
    if patient.health is None:
        return Check("configuration", False, "not known: the broker does not answer")
    files = patient.health["config_files"]
    notes = _problems(patient.health, "configuration")
    if notes:
        told = "; ".join(f"{found['name']}: {found['message']}" for found in notes)
        fix = " ".join(found["fix"] for found in notes if found["fix"])
        return Check("configuration", True, told, fix or None, noted=True)
    told = ", ".join(files) if files else "no file: the target `local`, no identity"
    return Check("configuration", True, told)


def _problems(health: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return [found for found in health["problems"] if found["name"] == name]


def targets(patient: Patient) -> Check:
    found = patient.ask("/v1/targets")
    if found is None:
        return Check("targets", False, "not known: the broker does not answer")
    notices = " ".join(
        f"{target['name']}: {told}"
        for target in found["targets"]
        for told in [target["notice"], *_offered(patient, target["name"])]
        if told
    )
    told = ", ".join(
        f"{target['name']} ({target['scheduler']}"
        + (f", as {target['identity']})" if target["identity"] else ")")
        for target in found["targets"]
    )
    return Check("targets", True, told, notices or None)


def _offered(patient: Patient, target: str) -> list[str]:
    """Tell what a target finds wrong with a run that asks for nothing."""
    offer = patient.ask("/v1/preflight", offer_of(target)) or {"problems": []}
    return [problem["message"] for problem in offer["problems"]]


def credentials(patient: Patient) -> Check:
    """Tell credentials that nobody could end, and those whose end is not proved."""
    found = patient.ask("/v1/leases")
    if found is None:
        return Check("credentials", False, "not known: the broker does not answer")
    orphans = [orphan for orphan in found["orphans"] if orphan["end"] is None]
    settled = {each["id"] for each in found["orphans"] if each["end"] == "dismissed"}
    unsure = [
        lease
        for lease in found["leases"]
        if lease["end"] == "unconfirmed" and f"{lease['id']}/unconfirmed" not in settled
    ]
    alarms = _problems(patient.health or {"problems": []}, "credentials")
    told = [alarm["message"] for alarm in alarms]
    fix = [alarm["fix"] for alarm in alarms if alarm["fix"]]
    if orphans or unsure:
        told.append(
            f"{len(orphans)} left at a provider, {len(unsure)} not confirmed dead"
        )
        fix.append("See `jupyter batch leases`; ask the provider to remove them.")
    if orphans or unsure:
        fix.append("Then: `jupyter batch leases dismiss NAME --reason TEXT`.")
    if told:
        return Check("credentials", False, "; ".join(told), " ".join(fix))
    return Check("credentials", True, "none was left behind")
