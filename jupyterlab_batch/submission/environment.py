"""What a job takes from the environment of who submits it.

The broker filters again (broker/src/files/environment.ts, held equal by a test); it
is done here too, so that nothing else leaves the submitting process.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

_PASSED = re.compile(
    "PATH|HOME|LANG|LC_[A-Z]+|TZ|USER|LOGNAME|SHELL|TERM"
    "|VIRTUAL_ENV|CONDA_PREFIX|CONDA_DEFAULT_ENV"
    "|JUPYTER_PATH|JUPYTER_DATA_DIR|JUPYTER_CONFIG_DIR"
    "|LD_LIBRARY_PATH|MODULEPATH|WORK|SCRATCH"
    "|SSL_CERT_FILE|SSL_CERT_DIR|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE"
    "|(?i:(https?|ftp|all|no)_proxy)"
)
_PROXY = re.compile(r"(https?|ftp|all)_proxy", re.IGNORECASE)
# keys to the submitter's own server, and names that are ours to set
_NEVER = re.compile(
    "JUPYTER_TOKEN|JUPYTERHUB_API_TOKEN|JPY_.*|JUPYTERLAB_BATCH_.*", re.DOTALL
)


def is_passed(name: str, added: Collection[str] = ()) -> bool:
    """Tell whether a job gets a variable of this name.

    Parameters
    ----------
    added : collection of str
        Names that the notebook's metadata adds.
    """
    if _NEVER.fullmatch(name):
        return False
    return name in added or _PASSED.fullmatch(name) is not None


def job_environment(
    environ: Mapping[str, str], added: Collection[str] = ()
) -> dict[str, str]:
    """Return the part of an environment that a job gets."""
    return {
        name: _without_userinfo(text) if _PROXY.fullmatch(name) else text
        for name, text in environ.items()
        if is_passed(name, added)
    }


def _without_userinfo(address: str) -> str:
    """Drop a proxy's user name and password.

    Up to the last @: a password that nobody encoded may hold @ and / itself.
    """
    found = re.fullmatch(r"([A-Za-z][A-Za-z0-9+.-]*://)?(.*)", address, re.DOTALL)
    scheme, rest = found.groups("") if found else ("", address)
    return scheme + rest.rpartition("@")[2]


def is_never_passed(name: str) -> bool:
    """Tell whether no notebook can ask for a variable of this name."""
    return _NEVER.fullmatch(name) is not None


def not_passed(
    read: Iterable[str], environ: Mapping[str, str], added: Collection[str]
) -> list[str]:
    """List what a notebook reads and has now, but will not have in its job."""
    return sorted(
        name for name in set(read) if name in environ and not is_passed(name, added)
    )
