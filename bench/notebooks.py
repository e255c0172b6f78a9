"""The notebooks that everyone runs."""

from __future__ import annotations

from pathlib import Path

import nbformat

PARAMETERS = """\
# prefix: FUNWAVE
AMP = 3.0
Xc = 250.0
Yc = 50.0
WID = 20.0
"""


def write(path: Path, *cells: str) -> Path:
    """Write a notebook with these code cells; the first holds parameters."""
    first = nbformat.v4.new_code_cell(PARAMETERS)
    first.metadata.tags = ["parameters"]
    notebook = nbformat.v4.new_notebook(
        cells=[first, *map(nbformat.v4.new_code_cell, cells)],
        metadata={
            "kernelspec": {
                "name": "python3",
                "display_name": "Python 3",
                "language": "python",
            },
            "language_info": {"name": "python"},
        },
    )
    nbformat.write(notebook, path)
    return path


def stamping(path: Path, stamp: Path) -> Path:
    """Write one whose first cell with work in it says when it ran."""
    return write(
        path, f"import time\nopen({str(stamp)!r}, 'w').write(repr(time.time()))"
    )


def stamping_as_job(path: Path, stamps: Path) -> Path:
    """Write one that says when it ran in a file called as the job that runs it."""
    return write(
        path,
        "import os, time\n"
        f"with open({str(stamps)!r} + '/' + os.environ['SLURM_JOB_ID'], 'w') as file:\n"
        "    file.write(repr(time.time()))",
        "AMP + Xc",
    )


def loud(path: Path, cells: int, size: int) -> Path:
    """Write one where each cell prints `size` bytes."""
    return write(path, *[f"print('x' * {size - 1})"] * cells)


def showing(path: Path, displays: int) -> Path:
    """Write one whose cell displays so many times."""
    return write(
        path,
        "from IPython.display import display\n"
        f"for number in range({displays}):\n"
        "    display({'text/plain': str(number)}, raw=True)",
    )


def chatting(path: Path, cells: int = 900) -> Path:
    """Write one that puts out ten things a second; a cell lasts a second."""
    cell = (
        "for step in range(10):\n"
        "    display({'text/plain': f'step {step}'}, raw=True)\n"
        "    time.sleep(0.1)"
    )
    return write(
        path, "import time\nfrom IPython.display import display", *[cell] * cells
    )


def sleeping(path: Path, seconds: int = 3000) -> Path:
    """Write one that holds its slot."""
    return write(path, f"import time\ntime.sleep({seconds})")


def outputs(path: Path) -> int:
    """Count the outputs of an executed notebook."""
    notebook = nbformat.read(path, as_version=4)
    return sum(len(cell.outputs) for cell in notebook.cells if cell.cell_type == "code")
