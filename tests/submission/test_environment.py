"""The same allow-list on both sides of the socket."""

from __future__ import annotations

import json
import subprocess

from jupyterlab_batch.launcher.program import node_program
from jupyterlab_batch.submission.environment import job_environment, not_passed

NAMES = [
    *(
        "PATH",
        "HOME",
        "LANG",
        "LC_ALL",
        "LC_time",
        "LC_",
        "TZ",
        "USER",
        "LOGNAME",
        "SHELL",
        "TERM",
        "VIRTUAL_ENV",
    ),
    *(
        "CONDA_PREFIX",
        "CONDA_DEFAULT_ENV",
        "CONDA_EXE",
        "JUPYTER_PATH",
        "JUPYTER_DATA_DIR",
    ),
    *("JUPYTER_CONFIG_DIR", "JUPYTER_TOKEN", "JUPYTERHUB_API_TOKEN", "JPY_API_TOKEN"),
    *(
        "LD_LIBRARY_PATH",
        "DYLD_LIBRARY_PATH",
        "MODULEPATH",
        "WORK",
        "SCRATCH",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
    ),
    *(
        "REQUESTS_CA_BUNDLE",
        "CURL_CA_BUNDLE",
        "NODE_OPTIONS",
        "no_proxy",
        "NO_PROXY",
        "AWS_SECRET",
    ),
    *(
        "JUPYTERLAB_BATCH_RUN",
        "PYTHONPATH",
        "MY_ADDED",
        "path",
        "XPATH",
        "PATHX",
        "socks_proxy",
    ),
]
ADDRESSES = (
    "http://user:pass@proxy:3128",
    "http://proxy:3128",
    "user:p/a@ss@proxy",
    "proxy:1",
    "HTTPS://a@b/c@d",
    "",
    "http://",
    "1http://u:p@h",
    "http://u:p\n@h",
)
ADDED = ["MY_ADDED", "JUPYTER_TOKEN", "JUPYTERLAB_BATCH_RUN"]


def test_the_broker_passes_exactly_the_same() -> None:
    given = {name: "x" for name in NAMES}
    proxies = ("http_proxy", "HTTPS_PROXY", "Ftp_Proxy", "all_proxy")
    samples = [given] + [{name: text for name in proxies} for text in ADDRESSES]
    script = (
        "import { jobEnvironment } from './broker/src/files/environment.ts';"
        f"const out = {json.dumps(samples)}.map(s =>"
        f" jobEnvironment(s, {json.dumps(ADDED)}, {{}}));"
        "console.log(JSON.stringify(out));"
    )
    done = subprocess.run(
        [str(node_program()), "--input-type=module", "-e", script],
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert json.loads(done.stdout) == [job_environment(s, ADDED) for s in samples]


def test_no_key_and_no_password_leaves() -> None:
    passed = job_environment(
        {
            "HTTPS_PROXY": "http://user:pass@proxy:3128",
            "AWS_SECRET": "x",
            "JUPYTER_TOKEN": "x",
            "PATH": "/bin",
        }
    )
    assert passed == {"HTTPS_PROXY": "http://proxy:3128", "PATH": "/bin"}


def test_only_what_would_be_lost_is_named() -> None:
    environ = {"DATASETS": "/s", "HOME": "/h", "MINE": "1"}
    read = ["DATASETS", "HOME", "ABSENT", "MINE", "DATASETS"]
    assert not_passed(read, environ, ["MINE"]) == ["DATASETS"]
