"""Start and end a whole Slurm cluster below one folder, on 127.0.0.1.

``python -m tests.slurm.cluster up FOLDER [NODES]`` prints the path of its
``slurm.conf``; ``… down FOLDER`` ends what ``up`` started, and nothing else. Runs as
root or as an ordinary user; jobs are the same user's. The programs are Debian's:
``slurmctld slurmd slurm-client munge`` (``make slurm`` installs them).
"""

from __future__ import annotations

import contextlib
import getpass
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch")
PARTS = ("slurmctld", "slurmdbd", "mariadbd", "munged")
"""What stands behind the nodes, in the order of its end; see `site` for two of them."""
LONGEST = 30.0
"""Seconds until every node is idle; it takes one on a quiet machine."""

CONF = """\
ClusterName=batch
SlurmctldHost=localhost(127.0.0.1)
SlurmctldPort={port}
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool/%n
SlurmctldPidFile={folder}/run/slurmctld.pid
SlurmdPidFile={folder}/run/slurmd-%n.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
MailProg=/bin/true
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerType=sched/backfill
# a job waits for the next tick of one second otherwise, and for three more
SchedulerParameters=batch_sched_delay=0
{accounting}
JobAcctGatherType=jobacct_gather/none
JobCompType=jobcomp/filetxt
JobCompLoc={folder}/log/jobcomp.txt
MinJobAge={min_job_age}
SlurmdTimeout=5
KillWait=5
ReturnToService=2
# nodes of eight processors on a machine of two
SlurmdParameters=config_overrides
{more}
{nodes}
PartitionName=main Nodes=n[1-{count}] Default=YES MaxTime=INFINITE State=UP
PartitionName=short Nodes=n[1-{count}] MaxTime=1 State=UP
PartitionName=shut Nodes=n[1-{count}] State=DOWN
"""


class NotInstalled(Exception):
    """A program of Slurm is not on this machine."""


def program(name: str) -> str:
    """Return the path of a program, which may be in ``sbin``."""
    path = f"{os.environ.get('PATH', '')}:/usr/local/sbin:/usr/sbin:/sbin"
    found = shutil.which(name, path=path)
    if found is None:
        raise NotInstalled(f"{name} is not installed: `make slurm` does it")
    return found


def until(true: Callable[[], bool], what: str, seconds: float = LONGEST) -> None:
    """Wait until something is true."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError(f"never came: {what}")
        time.sleep(0.02)


class Cluster:
    """A cluster in a folder.

    Parameters
    ----------
    folder
        Every folder above it needs execute permission for all, or munged refuses.
    nodes
        How many; each claims eight processors.
    min_job_age
        Seconds for which the controller remembers a job that has ended.
    """

    programs: tuple[str, ...] = PROGRAMS
    accounting = "AccountingStorageType=accounting_storage/none"
    more = ""
    """Further lines of `slurm.conf`, before its nodes."""
    of_a_node = ""
    """Further words of each node's line."""

    def __init__(self, folder: Path, nodes: int = 2, min_job_age: int = 300) -> None:
        self.folder = folder.resolve()
        self.nodes = [f"n{number}" for number in range(1, nodes + 1)]
        self._min_job_age = min_job_age
        self.conf = self.folder / "slurm.conf"

    # -- the whole --------------------------------------------------------

    def up(self) -> Cluster:
        """Start it all; returns when every node is idle."""
        for name in self.programs:
            program(name)
        for name in ("munge", "state", "spool", "log", "run"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        for path in (self.folder, self.folder / "munge"):
            path.chmod(0o755)
        try:
            self._start_munge()
            self._write()
            self._start_accounting()
            self.start("slurmctld")
            for name in self.nodes:
                self.start(name)
            until(lambda: self.idle() == len(self.nodes), "idle nodes")
        except BaseException:
            self.down()
            raise
        return self

    def _write(self) -> None:
        ports = free_ports(1 + len(self.nodes))
        self.conf.write_text(
            CONF.format(
                folder=self.folder,
                user=getpass.getuser(),
                port=ports[0],
                count=len(self.nodes),
                min_job_age=self._min_job_age,
                accounting=self.accounting,
                more=self.more,
                nodes="\n".join(
                    f"NodeName={name} NodeHostname=localhost NodeAddr=127.0.0.1"
                    f" Port={port} CPUs=8 RealMemory=4000 State=UNKNOWN"
                    f" {self.of_a_node}"
                    for name, port in zip(self.nodes, ports[1:], strict=True)
                ),
            )
        )

    def _start_accounting(self) -> None:
        """Start what the controller writes its books with: here nothing."""

    def _start_munge(self) -> None:
        munge = self.folder / "munge"
        key = munge / "key"
        key.unlink(missing_ok=True)
        with open(os.open(key, os.O_CREAT | os.O_WRONLY, 0o400), "wb") as file:
            file.write(secrets.token_bytes(1024))
        self._spawn(
            "munged",
            "--foreground",
            f"--key-file={key}",
            f"--socket={munge}/socket",
            f"--pid-file={munge}/pid",
            f"--log-file={munge}/log",
            f"--seed-file={munge}/seed",
            # the address that its nodes are known by
            "--origin=127.0.0.1",
        )
        until((munge / "socket").exists, f"munged: see {self.folder}/log/munged.out")
        # it makes that one so that not even its owner can look into it
        (munge / "socket.lock").chmod(0o600)

    def down(self) -> None:
        """End it: the jobs, then nodes first and munged last."""
        self._end_jobs()
        for name in (*self.nodes, *PARTS):
            self.stop(name)

    def _end_jobs(self) -> None:
        """End what still runs: it would live on without its node's daemon."""
        with contextlib.suppress(OSError, subprocess.TimeoutExpired, TimeoutError):
            if self.pid("slurmctld") and self.ask("squeue", "-h", seconds=5):
                self.ask("scancel", f"--user={getpass.getuser()}", seconds=5)
                until(lambda: not self.ask("squeue", "-h"), "the end of all jobs", 10)

    def __enter__(self) -> Cluster:
        return self.up()

    def __exit__(self, *_: object) -> None:
        self.down()

    # -- its parts --------------------------------------------------------

    def start(self, name: str) -> None:
        """Start ``slurmctld`` or a node."""
        if name == "slurmctld":
            self._spawn(name, "-D")
        else:
            self._spawn("slurmd", "-D", "-N", name, known_as=name)

    def stop(self, name: str, number: int = signal.SIGTERM) -> None:
        """End a part; with SIGKILL as a machine does that loses its power."""
        pid = self.pid(name)
        if pid is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        try:
            until(lambda: not alive(pid), f"the end of {name}", 10)
        except TimeoutError:
            os.kill(pid, signal.SIGKILL)
            until(lambda: not alive(pid), f"the end of {name}")
        (self.folder / "run" / f"{name}.ours").unlink(missing_ok=True)

    def pid(self, name: str) -> int | None:
        """Return the pid of a part that we started, if it lives."""
        with contextlib.suppress(OSError, ValueError):
            pid, born = (self.folder / "run" / f"{name}.ours").read_text().split()
            if birth(int(pid)) == born:
                return int(pid)
        return None

    def _spawn(
        self, name: str, *arguments: str, known_as: str = "", **env: str
    ) -> None:
        known_as = known_as or name
        with open(self.folder / "log" / f"{known_as}.out", "ab") as log:
            process = subprocess.Popen(
                [program(name), *arguments],
                env={**self.environment, **env},
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        # with its birth, so that no other process is ever ended in its place
        (self.folder / "run" / f"{known_as}.ours").write_text(
            f"{process.pid} {birth(process.pid)}"
        )

    # -- what can be asked ------------------------------------------------

    @property
    def environment(self) -> dict[str, str]:
        """What a client of this cluster needs."""
        path = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
        return {"PATH": path, "SLURM_CONF": str(self.conf), "LC_ALL": "C"}

    def ask(self, *argv: str, stdin: str = "", seconds: float = 20) -> str:
        """Run a command of Slurm; return what it printed."""
        done = subprocess.run(
            [program(argv[0]), *argv[1:]],
            env=self.environment,
            cwd="/",
            input=stdin,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
        if done.returncode:
            raise OSError(f"{argv[0]}: {done.stderr.strip()}")
        return done.stdout.strip()

    def idle(self) -> int:
        """Return how many nodes are idle."""
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            found = self.ask(
                "sinfo", "-h", "-N", "-p", "main", "-t", "idle", "-o", "%N"
            )
            return len(set(found.split()))
        return 0


def birth(pid: int) -> str | None:
    """Return the start time of a process in clock ticks; None when it is gone."""
    with contextlib.suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return None if fields[0] in "ZX" else fields[19]
    return None


def alive(pid: int) -> bool:
    """Whether a process is there; one of ours that has ended is reaped."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    return birth(pid) is not None


def free_ports(count: int) -> list[int]:
    """Return ports that nobody listens at now."""
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def main(arguments: list[str], kind: type[Cluster] = Cluster) -> int:
    """``up FOLDER [NODES]`` or ``down FOLDER``."""
    if len(arguments) not in (2, 3) or arguments[0] not in ("up", "down"):
        print(__doc__, file=sys.stderr)
        return 2
    count = int(arguments[2]) if len(arguments) == 3 else 2
    cluster = kind(Path(arguments[1]), count)
    if arguments[0] == "up":
        try:
            print(cluster.up().conf)
        except (NotInstalled, TimeoutError) as error:
            print(error, file=sys.stderr)
            return 1
    else:
        # as many as there are: whoever ends it need not know
        started = (cluster.folder / "run").glob("n*.ours")
        cluster.nodes = [path.stem for path in started]
        cluster.down()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
