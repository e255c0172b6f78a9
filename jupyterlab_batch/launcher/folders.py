"""Where the broker's files and sockets lie.

Jupyter's own rules are told again here, in the standard library's words, since a
job may have no ``jupyter_core``; a test holds both against each other.
"""

from __future__ import annotations

import hashlib
import os
import stat
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .errors import LauncherError, UnsafeFolder

SOCKET_PATH_LIMIT = 107
"""Bytes of a Unix socket's path (Linux: 108 with the closing zero)."""

_LONGEST_NAME = "r/0123456789ab/agent.sock"
_OFF = ("no", "n", "false", "off", "0", "0.0")


def _platform_dirs(environ: Mapping[str, str]) -> bool:
    flag = environ.get("JUPYTER_PLATFORM_DIRS")
    return flag is not None and flag.lower() not in _OFF


def _home() -> Path:
    return Path("~").expanduser().resolve()


def jupyter_data_dir(environ: Mapping[str, str] = os.environ) -> Path:
    """Return what ``jupyter_core.paths.jupyter_data_dir`` returns."""
    if environ.get("JUPYTER_DATA_DIR"):
        return Path(environ["JUPYTER_DATA_DIR"])
    if sys.platform == "darwin":
        library = _home() / "Library"
        if _platform_dirs(environ):
            return library / "Application Support" / "jupyter"
        return library / "Jupyter"
    xdg = environ.get("XDG_DATA_HOME") or str(_home() / ".local" / "share")
    return Path(xdg) / "jupyter"


def jupyter_config_dir(environ: Mapping[str, str] = os.environ) -> Path:
    """Return what ``jupyter_core.paths.jupyter_config_dir`` returns."""
    if environ.get("JUPYTER_CONFIG_DIR"):
        return Path(environ["JUPYTER_CONFIG_DIR"])
    if not _platform_dirs(environ):
        return _home() / ".jupyter"
    if sys.platform == "darwin":
        return _home() / "Library" / "Application Support" / "jupyter"
    xdg = environ.get("XDG_CONFIG_HOME") or str(_home() / ".config")
    return Path(xdg) / "jupyter"


def config_path(environ: Mapping[str, str] = os.environ) -> list[str]:
    """List the configuration levels, low to high: site, environment, user."""
    if environ.get("JUPYTER_NO_CONFIG"):
        return []
    levels = [
        "/etc/jupyter",
        "/usr/local/etc/jupyter",
        os.path.join(sys.prefix, "etc", "jupyter"),
        str(jupyter_config_dir(environ)),
    ]
    return list(dict.fromkeys(levels))


def data_folder(
    given: str | os.PathLike[str] | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Path:
    """Return the data folder: the given one, the environment's, or Jupyter's."""
    named = os.fspath(given or "") or environ.get("JUPYTERLAB_BATCH_DATA")
    folder = Path(named) if named else jupyter_data_dir(environ) / "jupyterlab-batch"
    return Path(os.path.realpath(folder.expanduser()))


def private(folder: Path) -> Path:
    """Make a folder that is ours alone, or refuse the one that is there.

    Raises
    ------
    UnsafeFolder
        It is a link, someone else's, or open to others: whoever put it there could
        read, or answer, what is said on a socket in it.
    """
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        pass
    except OSError as error:
        raise UnsafeFolder(
            f"The folder {folder} cannot be made: {error.strerror}.",
            "Make its parent writable for you.",
        ) from error
    found = folder.lstat()
    if stat.S_ISLNK(found.st_mode) or not stat.S_ISDIR(found.st_mode):
        raise UnsafeFolder(
            f"{folder} is not a folder of its own but a link or a file.",
            "Remove it, then try again.",
        )
    if found.st_uid != os.geteuid():
        raise UnsafeFolder(
            f"{folder} belongs to the user with the number {found.st_uid}.",
            "Ask an administrator to remove it, or set XDG_RUNTIME_DIR to a private "
            "folder of yours.",
        )
    if stat.S_IMODE(found.st_mode) & 0o077:
        raise UnsafeFolder(
            f"{folder} is open to other users "
            f"(mode {stat.S_IMODE(found.st_mode):04o}, should be 0700).",
            f"Stop what uses it, then: rm -r {folder}",
        )
    return folder


def _fits(folder: Path) -> bool:
    return len(os.fsencode(folder / _LONGEST_NAME)) <= SOCKET_PATH_LIMIT


def sockets_folder(
    data: Path,
    environ: Mapping[str, str] = os.environ,
    tmp: Path = Path("/tmp"),
) -> Path:
    """Choose the folder of the sockets; it is not made here.

    ``$XDG_RUNTIME_DIR`` is taken when it is ours alone and short enough, for it is
    never shared between login nodes.
    """
    digest = hashlib.sha256(os.fsencode(data)).hexdigest()[:8]
    runtime = environ.get("XDG_RUNTIME_DIR", "")
    if os.path.isabs(runtime):
        chosen = Path(runtime) / f"jlb-{digest}"
        try:
            found = os.stat(runtime)
        except OSError:
            found = None
        ours = found is not None and found.st_uid == os.geteuid()
        if ours and os.access(runtime, os.W_OK | os.X_OK) and _fits(chosen):
            return chosen
    return tmp / f"jlb-{os.geteuid()}-{digest}"


@dataclass(frozen=True)
class Places:
    """The files of one broker."""

    data: Path
    sockets: Path

    @property
    def lock(self) -> Path:
        return self.data / "broker.lock"

    @property
    def log(self) -> Path:
        return self.data / "broker.log"

    @property
    def control(self) -> Path:
        return self.sockets / "control.sock"

    @property
    def job(self) -> Path:
        return self.sockets / "job.sock"


def make_data_folder(data: Path) -> None:
    """Make the data folder, private from its first moment.

    One that is open to others is closed, unless other things lie in it: then it may
    be somebody's home, or ``/tmp``.

    Raises
    ------
    UnsafeFolder
        It is open to others, and not ours to close.
    """
    try:
        data.parent.mkdir(parents=True, exist_ok=True)
        data.mkdir(mode=0o700, exist_ok=True)
        if not os.access(data, os.W_OK | os.X_OK):
            raise PermissionError(13, "permission denied")
        found = data.stat()
        if stat.S_IMODE(found.st_mode) & 0o077:
            names = os.listdir(data)
            if found.st_uid != os.geteuid() or (names and "broker.lock" not in names):
                raise UnsafeFolder(
                    f"The data folder {data} is open to other users "
                    f"(mode {stat.S_IMODE(found.st_mode):04o}).",
                    f"Close it with chmod 700 {data}, or set JUPYTERLAB_BATCH_DATA to "
                    "a folder of its own.",
                )
            data.chmod(0o700)
    except OSError as error:
        raise LauncherError(
            f"The data folder {data} cannot be used: {error.strerror}.",
            "Make it writable, or set JUPYTERLAB_BATCH_DATA to a folder that is.",
        ) from error
