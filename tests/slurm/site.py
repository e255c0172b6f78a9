"""A cluster as sites have them: books in a database, accounts, QOS, GPUs, limits.

``python -m tests.slurm.site up FOLDER [NODES]`` prints the path of its ``slurm.conf``;
``… down FOLDER`` ends it. It needs Debian's ``slurmdbd slurm-wlm-mysql-plugin
mariadb-server-core mariadb-client-core`` too (``make slurm`` installs them).
"""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from .cluster import LONGEST, PROGRAMS, Cluster, free_ports, main, program, until

BOOKS = "slurm_acct_db"
ACCOUNTS = ("chem", "physics")
QOS = ("normal", "long")

DATABASE = """\
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket
CommunicationParameters=NoInAddrAny
DbdHost=localhost
DbdAddr=127.0.0.1
DbdPort={port}
SlurmUser={user}
StorageType=accounting_storage/mysql
StorageHost=127.0.0.1
StoragePort={storage}
StorageUser=slurm
StoragePass={word}
StorageLoc={books}
LogFile={folder}/log/slurmdbd.log
PidFile={folder}/run/slurmdbd.pid
"""
# the worst that a site can keep: script and environment of every job
ACCOUNTING = """\
AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageHost=127.0.0.1
AccountingStoragePort={port}
AccountingStoragePass={folder}/munge/socket
AccountingStorageEnforce=associations,limits,qos
AccountingStorageTRES=gres/gpu
AccountingStoreFlags=job_comment,job_env,job_script"""
# character devices, as Slurm wants them; nothing opens them
GPUS = """\
Name=gpu Type=a100 File=/dev/null
Name=gpu Type=a100 File=/dev/zero
"""


SITE = """\
GresTypes=gpu
PreemptType=preempt/partition_prio
PreemptMode=CANCEL
SelectTypeParameters=CR_Core_Memory
DefMemPerNode=500
PartitionName=urgent Nodes=n[1-2] PriorityTier=10 State=UP
PartitionName=first Nodes=n1 State=UP
{memory}"""
KERNEL = "ProctrackType=proctrack/cgroup\nTaskPlugin=task/cgroup"
"""Only root may have it: the kernel ends what takes too much memory."""
POLLED = (
    "JobAcctGatherType=jobacct_gather/linux\nJobAcctGatherFrequency=1\n"
    "JobAcctGatherParams=OverMemoryKill"
)
CGROUP = """\
CgroupPlugin=cgroup/v1
CgroupAutomount=no
ConstrainRAMSpace=yes
ConstrainSwapSpace=yes
ConstrainCores=no
"""


class Site(Cluster):
    """Keeps its books in a database, forgets ended jobs at once, and kills for memory.

    Every node has two GPUs and is ``fast``; what comes to ``urgent`` drives others out.
    """

    programs = (*PROGRAMS, "slurmdbd", "mariadbd", "mariadb-install-db", "sacctmgr")
    more = SITE.format(memory=KERNEL if os.getuid() == 0 else POLLED)
    of_a_node = "Gres=gpu:a100:2 Feature=fast,ib"

    def __init__(self, folder: Path, nodes: int = 2) -> None:
        super().__init__(folder, nodes, min_job_age=2)

    @property
    def socket(self) -> str:
        """The database's socket, for whoever started it."""
        return f"{self.folder}/books/socket"

    def _write(self) -> None:
        port, storage = free_ports(2)
        self._storage = storage
        self._port = port
        self.accounting = ACCOUNTING.format(folder=self.folder, port=port)
        super()._write()
        (self.folder / "gres.conf").write_text(GPUS)
        (self.folder / "cgroup.conf").write_text(CGROUP)

    def _start_accounting(self) -> None:
        word = os.urandom(16).hex()
        self._start_database(word)
        conf = self.folder / "slurmdbd.conf"
        conf.unlink(missing_ok=True)
        with open(os.open(conf, os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:
            file.write(
                DATABASE.format(
                    folder=self.folder,
                    port=self._port,
                    user=getpass.getuser(),
                    storage=self._storage,
                    word=word,
                    books=BOOKS,
                )
            )
        self._spawn("slurmdbd", "-D")
        until(lambda: answers(self._port), "slurmdbd")
        self._enrol()

    def _start_database(self, word: str) -> None:
        books = self.folder / "books"
        books.mkdir(exist_ok=True)
        user = []
        if os.getuid() == 0:
            # it will not run as root
            user = ["--user=nobody"]
            shutil.chown(books, "nobody")
        data = f"--datadir={books}/data"
        if not (books / "data").exists():
            subprocess.run(
                [program("mariadb-install-db"), "--no-defaults", *user, data,
                 "--auth-root-authentication-method=socket", "--skip-test-db",
                 "--innodb-log-file-size=4M",
                 "--innodb-data-file-path=ibdata1:4M:autoextend"],
                cwd="/", check=True, capture_output=True, timeout=LONGEST,
            )  # fmt: skip
        self._spawn(
            "mariadbd",
            "--no-defaults",
            *user,
            data,
            f"--socket={self.socket}",
            f"--pid-file={books}/pid",
            "--bind-address=127.0.0.1",
            f"--port={self._storage}",
            # it lives as long as a test, and what it has on the disk is searched
            "--innodb-flush-log-at-trx-commit=0",
            "--innodb-log-file-size=4M",
            "--innodb-data-file-path=ibdata1:4M:autoextend",
            "--innodb-temp-data-file-path=ibtmp1:4M:autoextend",
            "--innodb-buffer-pool-size=32M",
            "--performance-schema=OFF",
        )
        until(self._is_there, "the database")
        self._sql(
            f"CREATE DATABASE IF NOT EXISTS {BOOKS};"
            f"CREATE OR REPLACE USER slurm@127.0.0.1 IDENTIFIED BY '{word}';"
            f"GRANT ALL ON {BOOKS}.* TO slurm@127.0.0.1"
        )

    def _sql(self, text: str) -> bytes:
        done = subprocess.run(
            [program("mariadb"), "--no-defaults", f"--socket={self.socket}",
             "--batch", "--raw", "--skip-column-names"],
            input=text.encode(), cwd="/", capture_output=True, timeout=LONGEST,
        )  # fmt: skip
        if done.returncode:
            raise OSError(f"mariadb: {done.stderr.decode().strip()}")
        return done.stdout

    def _is_there(self) -> bool:
        with suppress(OSError):
            return self._sql("SELECT 1") == b"1\n"
        return False

    def _enrol(self) -> None:
        """Whoever starts it may charge two accounts, in two qualities of service."""
        user = getpass.getuser()
        with suppress(OSError):
            self.ask("sacctmgr", "-i", "add", "cluster", "batch")
        for name in QOS[1:]:
            self.ask("sacctmgr", "-i", "add", "qos", name)
        for account in ACCOUNTS:
            self.ask("sacctmgr", "-i", "add", "account", account, "Cluster=batch")
            self.ask(
                *("sacctmgr", "-i", "add", "user", user, f"Account={account}"),
                f"QOS={','.join(QOS)}",
            )

    def down(self) -> None:
        """End it, and take away what killed jobs have left in the kernel."""
        super().down()
        for controller in ("freezer", "memory"):
            for node in self.nodes:
                top = Path(f"/sys/fs/cgroup/{controller}/slurm_{node}")
                # innermost first
                for folder in sorted(top.glob("**/"), reverse=True):
                    with suppress(OSError):
                        folder.rmdir()

    def books(self) -> bytes:
        """Everything that accounting has written down, as text."""
        tables = self._sql(f"SHOW TABLES FROM {BOOKS}").decode().split()
        return self._sql("".join(f"SELECT * FROM {BOOKS}.{name};" for name in tables))


def answers(port: int) -> bool:
    """Whether somebody listens there."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], Site))
