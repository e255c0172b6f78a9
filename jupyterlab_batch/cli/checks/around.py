"""Does the machine give what is needed?"""

from __future__ import annotations

import os
import shutil
import stat
import sys
from pathlib import Path

from ..words import path, size
from .check import Check, Patient

NETWORK = frozenset(
    {
        *("nfs", "nfs4", "cifs", "smb3", "smbfs", "lustre", "gpfs", "beegfs", "ceph"),
        *("afs", "glusterfs", "panfs", "pvfs2", "9p"),
        *("fuse.sshfs", "fuse.glusterfs", "fuse.ceph"),
    }
)
ENOUGH = 1_000_000_000
"""Bytes free below which a run may well fail for want of space."""


def data_folder(patient: Patient) -> Check:
    folder = patient.data
    there = patient.existing(folder)
    elsewhere = "Set JUPYTERLAB_BATCH_DATA to a folder that is yours and writable."
    if not os.access(there, os.W_OK | os.X_OK):
        return Check("data folder", False, f"{there} is not writable", elsewhere)
    if folder.exists() and stat.S_IMODE(folder.stat().st_mode) & 0o077:
        told = f"{folder} is open to other users"
        return Check("data folder", False, told, f"chmod 700 {folder}")
    kind = file_system(there)
    told = f"{path(str(folder))} on {kind}"
    if kind in NETWORK:
        fix = "Slower and with weaker locks; " + elsewhere[0].lower() + elsewhere[1:]
        return Check("data folder", True, f"{told}, a network file system", fix)
    return Check("data folder", True, told)


def file_system(folder: Path) -> str:
    """Return the type of the file system of a folder, as /proc names it."""
    try:
        lines = Path("/proc/self/mountinfo").read_text("utf-8").splitlines()
    except OSError:
        return "an unknown file system"
    best, kind = "", "unknown"
    for line in lines:
        before, _, after = line.partition(" - ")
        # octal escapes: a blank in a mount point is written \040
        mount = before.split()[4].encode().decode("unicode_escape")
        if len(mount) >= len(best) and folder.resolve().is_relative_to(mount):
            best, kind = mount, after.split()[0]
    return kind


def disk_space(patient: Patient) -> Check:
    folders = {patient.existing(patient.data)}
    if patient.environ.get("WORK"):
        folders.add(patient.existing(Path(patient.environ["WORK"])))
    free = {folder: shutil.disk_usage(folder).free for folder in sorted(folders)}
    told = ", ".join(f"{size(count)} free at {place}" for place, count in free.items())
    if min(free.values()) < ENOUGH:
        fix = "Make space, or delete old runs: jupyter batch prune --older-than 30d"
        return Check("disk space", False, told, fix)
    return Check("disk space", True, told)


def kernels(patient: Patient) -> Check:
    from jupyter_client.kernelspec import KernelSpecManager

    from jupyterlab_batch.submission import UnknownKernel
    from jupyterlab_batch.submission.kernels import freeze_kernel

    specs = KernelSpecManager().get_all_specs()
    broken = []
    for name in sorted(specs):
        try:
            freeze_kernel(specs, name)
        except UnknownKernel as error:
            broken.append(error.detail)
    sound = len(specs) - len(broken)
    if sound == 0:
        told = " ".join(broken) or "no kernel is installed"
        fix = f"{sys.executable} -m pip install ipykernel"
        return Check("kernels", False, told, fix)
    told = f"{sound} can be started ({', '.join(sorted(specs))})"
    return Check("kernels", True, told, " ".join(broken) or None)


def life(patient: Patient) -> Check:
    """Say what ends the broker and its runs before they are done."""
    environ = patient.environ
    if environ.get("SLURM_JOB_ID"):
        told = f"runs end with Slurm job {environ['SLURM_JOB_ID']}, which they are in"
        return Check("life", True, told, "Start them from a login node.")
    if environ.get("JUPYTERHUB_USER"):
        told = "runs end when the hub stops this server"
        return Check("life", True, told, "Ask the hub's administrator for how long.")
    if any(Path(mark).exists() for mark in ("/.dockerenv", "/run/.containerenv")):
        told = "runs end with the container they are in"
        return Check("life", True, told, "Keep the container running.")
    user = environ.get("USER", "")
    if Path("/run/systemd/seats").is_dir() and os.geteuid() != 0:
        lingers = Path("/var/lib/systemd/linger") / user
        if user and not lingers.exists():
            told = "runs may end when you log out of this machine"
            return Check("life", True, told, "loginctl enable-linger")
    return Check("life", True, "runs live on when you log out")
