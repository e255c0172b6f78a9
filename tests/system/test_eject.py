"""A run leaves as a folder that reproduces it with Jupyter alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from platform_process import Platform

from .place import Place, texts
from .scenes import WAIT

TELL = "import os\nprint('AMP', AMP, open('depth.txt').read(), os.getcwd())"


def reproduce(folder: Path, **env: str) -> str:
    """Run the script as a person would, without anything of ours around it."""
    done = subprocess.run(
        ["/bin/sh", folder / "job.sh"],
        cwd="/", env={
            "PATH": os.environ["PATH"], "HOME": str(folder.parent),
            # what a Lab inside a job, or the site, may have set
            "SLURM_SUBMIT_DIR": "/", "PROJECT": "/", "PYTHON": "/bin/false",
            "JOB_PYTHON": sys.executable, **env,
        },
        capture_output=True, text=True, timeout=90,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return texts(folder / "executed.ipynb")


def test_a_run_is_reproduced_from_what_it_was_given(place: Place) -> None:
    notebook = place.notebook(
        "AMP = 3.0", TELL, "open('depth.txt', 'a').write(' and more')",
        "open('made.txt', 'w').write('made')", name="my `waves`, it's $HOME.ipynb",
    )  # fmt: skip
    (place.project / "depth.txt").write_text("deep")
    (place.project / "still.txt").write_text("still")
    (place.project / "alias.txt").symlink_to("still.txt")
    with open(place.project / "vast.bin", "wb") as file:
        file.truncate(2**28 + 1)  # with a hole in it
    run = place.json("run", notebook, "-p", "AMP=4.5", "--wait")
    (place.project / "depth.txt").write_text("another one since")
    into = place.folder / "left"
    told = place.json("eject", run["id"], "--into", into)
    assert told == {
        "folder": str(into),
        "files": ["README.md", "files", "job.sh", "notebook.ipynb"],
    }
    assert into.stat().st_mode & 0o777 == 0o700
    assert sorted(path.name for path in (into / "files").iterdir()) == [
        "alias.txt", "depth.txt", "jupyterlab-batch.toml", "still.txt", "vast.bin",
    ]  # fmt: skip
    assert (into / "files" / "alias.txt").readlink() == Path("still.txt")
    readme = (into / "README.md").read_text()
    assert "| `AMP` | `4.5` | `-p` |" in readme
    assert "As the run left them, not as it found them:\n\n- `depth.txt`\n" in readme
    assert "links to the originals:\n\n- `vast.bin`\n" in readme
    assert (into / "files" / "vast.bin").readlink() == place.project / "vast.bin"
    assert "credential" not in readme
    place.close()
    assert f"AMP 4.5 deep and more {into / 'files'}" in reproduce(into)

    again = place.batch("eject", run["id"], "--into", into, code=2)
    assert "is there already" in again.stderr


def test_a_run_in_place_is_reproduced_in_its_project(place: Place) -> None:
    notebook = place.notebook("AMP = 3.0", TELL)
    (place.project / "depth.txt").write_text("deep")
    run = place.json("run", notebook, "--files", "in-place", "--wait")
    place.batch("eject", run["id"], "--into", place.folder / "left")
    left = place.folder / "left"
    assert not (left / "files").exists()
    assert f"AMP 3.0 deep {place.project}" in reproduce(left)
    other = place.folder / "it's another copy"
    other.mkdir()
    (other / "depth.txt").write_text("shallow")
    assert f"AMP 3.0 shallow {other}" in reproduce(
        left, JOB_PROJECT=str(other)
    ).replace("\\\\'", "'")


def test_a_run_leaves_while_it_waits_and_without_its_credential(
    secured: Place, platform: Platform
) -> None:
    gate = secured.folder / "gate"
    run = secured.submit(
        secured.notebook("from jupyterlab_batch.job import params", WAIT.format(gate))
    )
    secured.state(run, "running")
    place = secured.json("eject", run[-8:])["folder"]
    assert Path(place) == secured.project / f"wave-{run[-8:]}"
    readme = (Path(place) / "README.md").read_text()
    assert "**Without a credential**" in readme and "`jupyterlab_batch`" in readme
    gate.touch()
    secured.ended(run)


def test_a_run_whose_folder_is_gone_cannot_leave(place: Place) -> None:
    run = place.json("run", place.notebook("print(1)"), "--wait")
    (Path(run["run_folder"]) / "plan.json").unlink()
    refused = place.batch("eject", run["id"], code=2)
    assert "Submit the run again" in refused.stderr
    assert sorted(path.name for path in place.project.glob(".*")) == []
