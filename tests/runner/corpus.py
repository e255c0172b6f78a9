"""Notebooks on which our loop and nbclient have to agree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import nbformat

from .harness import book, code, text

PNG = (
    "import base64\nfrom IPython.display import Image\n"
    "Image(base64.b64decode('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4"
    "2mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='))"
)

CORPUS: dict[str, Callable[[], Any]] = {
    "results": lambda: book("1 + 1", "'text'", "None", "[1, {'a': None}]", "_ "),
    "streams": lambda: book(
        "print('one')\nprint('two')",
        "import sys\nprint('out')\nsys.stdout.flush()\nprint('err', file=sys.stderr)",
        "for i in range(3): print(i, end='\\r')",
    ),
    "error": lambda: book("x = 1", "def f():\n    raise KeyError('k')\nf()", "x"),
    "syntax error": lambda: book("print('a')", "def ("),
    "raises exception": lambda: book(code("1 / 0", "raises-exception"), "print('on')"),
    "own exception repr": lambda: book(
        code(
            "class E(Exception):\n    def __str__(self): return 'ü\\n<b>'\nraise E",
            "raises-exception",
        )
    ),
    "chained tracebacks": lambda: book(
        code(
            "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n"
            "    raise RuntimeError('x' * 300) from e",
            "raises-exception",
        )
    ),
    "system exit": lambda: book(code("raise SystemExit(3)", "raises-exception"), "2"),
    "keyboard interrupt": lambda: book(
        code("raise KeyboardInterrupt", "raises-exception"), "2"
    ),
    "skipped cells": lambda: book(
        "1", code("print('no')", "skip-execution"), code("  \n"), "2"
    ),
    "markdown and raw": lambda: book(
        text("# Title"), nbformat.v4.new_raw_cell("raw"), "3", text("end")
    ),
    "no code": lambda: book(text("only words")),
    "html": lambda: book(
        "from IPython.display import HTML, Markdown, display\n"
        "display(HTML('<b>a</b>'), Markdown('*b*'))\nHTML('<i>c</i>')"
    ),
    "json and metadata": lambda: book(
        "from IPython.display import display, JSON\n"
        "display({'application/json': {'a': [1, 2.5, None]}, 'text/plain': 'x'},"
        " raw=True, metadata={'application/json': {'expanded': True}})"
    ),
    "vendor json as text": lambda: book(
        "from IPython.display import display\n"
        "display({'application/vnd.x+json': {'t': 'a\\nb'}, 'image/svg+xml':"
        " '<svg>\\n</svg>'}, raw=True)"
    ),
    "image": lambda: book(PNG),
    "matplotlib": lambda: book(
        "%matplotlib inline\nimport matplotlib.pyplot as plt\n"
        "plt.plot([1, 3, 2]); plt.title('a')",
        "plt.scatter([1], [2])\nplt.show()\nprint('after')",
    ),
    "update display": lambda: book(
        "from IPython.display import display\nh = display('first', display_id='d')",
        "display('second place', display_id='d')\nprint('x')",
        "h.update('changed')",
    ),
    "update of unknown display": lambda: book(
        "from IPython.display import update_display\nupdate_display('x', display_id='?')"  # noqa: E501
    ),
    "update with same id in one cell": lambda: book(
        "from IPython.display import display\n"
        "h = display(1, display_id=True)\n"
        "for i in range(50): h.update(i)\n"
        "display(2, display_id=h.display_id)"
    ),
    "result with display id": lambda: book(
        "from IPython.display import DisplayHandle, display\n"
        "h = DisplayHandle('r')\nh.display(5)",
        "import IPython\n"
        "IPython.get_ipython().display_pub.publish({'text/plain': 'new'},"
        " transient={'display_id': 'r'}, update=True)",
    ),
    "clear output": lambda: book(
        "from IPython.display import clear_output\n"
        "print('gone')\nclear_output()\nprint('stays')",
        "print('gone')\nclear_output(wait=True)\nprint('stays')",
        "print('stays')\nclear_output(wait=True)",
        "for i in range(100):\n    clear_output(wait=True)\n    print(i)",
        "print('gone')\nclear_output()",
    ),
    "clear output with display": lambda: book(
        "from IPython.display import clear_output, display\n"
        "h = display('a', display_id='c')\nclear_output(wait=True)\ndisplay('b')",
        "h.update('z')",
        "display('again', display_id='c')",
    ),
    "clear then error": lambda: book(
        code(
            "from IPython.display import clear_output\n"
            "print('x'); clear_output(wait=True); 1 / 0",
            "raises-exception",
        )
    ),
    "widgets": lambda: book(
        "import ipywidgets as w\ns = w.IntSlider(value=3, description='n')\ns",
        "s.value = 7\ns.max = 50",
        "b = w.HBox([w.Text('a'), w.FloatText(1.5)])\ndisplay(b)",
    ),
    "widget with buffers": lambda: book(
        "import ipywidgets as w\nw.Image(value=b'\\x00\\x01binary\\xff')",
        "i = w.Image(value=b'one')\ni.value = b'two'\ni",
    ),
    "widget progress": lambda: book(
        "import ipywidgets as w\np = w.IntProgress(max=200)\ndisplay(p)\n"
        "for i in range(200): p.value = i + 1"
    ),
    "output widget": lambda: book(
        "import ipywidgets as w\nout = w.Output()\nout",
        "with out:\n    print('in')\n    print('side')\n    display(3)\nprint('outside')",  # noqa: E501
        "out.outputs",
    ),
    "output widget cleared": lambda: book(
        "import ipywidgets as w\nout = w.Output()\ndisplay(out)\n"
        "with out:\n    print('gone')\nout.clear_output()",
        "with out:\n    print('stays')",
        "with out:\n    out.clear_output(wait=True)\n    print('last')",
        "out.outputs",
    ),
    "output widgets nested": lambda: book(
        "import ipywidgets as w\na, b = w.Output(), w.Output()\ndisplay(a, b)",
        "with a:\n    print('a1')\n    with b:\n        print('b')\n    print('a2')",
        "a.outputs, b.outputs",
    ),
    "output widget with error": lambda: book(
        "import ipywidgets as w\nout = w.Output()\nout",
        "with out:\n    1 / 0",
        "len(out.outputs)",
    ),
    "interact": lambda: book(
        "from ipywidgets import interact\ninteract(lambda x: print('x is', x), x=5);"
    ),
    "stdin": lambda: book(code("input('name')", "raises-exception"), "print('on')"),
    "getpass": lambda: book(
        code("from getpass import getpass\ngetpass()", "raises-exception")
    ),
    "large output": lambda: book("print('x' * 1_000_000)", "'y' * 300_000"),
    "many outputs": lambda: book(
        "from IPython.display import display\nfor i in range(500): display(i)"
    ),
    "magics": lambda: book(
        "%%capture c\nprint('caught')",
        "c.stdout",
        "%config InlineBackend.figure_format",
        "%%writefile made.txt\ntext",
        "%cat made.txt",
        "%%bash\necho from bash; echo err >&2",
    ),
    "async": lambda: book(
        "import asyncio\nasync def f():\n    await asyncio.sleep(0.01)\n    print('in f')",  # noqa: E501
        "await f()\nawait asyncio.gather(f(), f());",
    ),
    # a thread of the kernel reads the descriptor: what it reads after the cell's end
    # is lost by nbclient and kept by us, so these cells wait for it
    "subprocess": lambda: book(
        "!echo shell; echo 2nd",
        "import subprocess, time\nsubprocess.run(['echo', 'x'])\ntime.sleep(1)",
    ),
    "fd output": lambda: book(
        "import os, time\nos.system('echo direct')\ntime.sleep(1)"
    ),
    "unicode": lambda: book(
        "print('ü€😀\\u2028x\\x00y\\u0085z\\x0c')",
        "'\\ud83d\\ude00'",
        "print('\\u202e')",
    ),
    "nan": lambda: book(
        "from IPython.display import display\n"
        "display({'application/json': {'a': 1e400}, 'text/plain': ''}, raw=True)"
    ),
    "execution count": lambda: book(
        "1", "%reset -f", "2", "get_ipython().execution_count"
    ),
    "history and last": lambda: book("41", "_ + 1", "In[1], Out[1]"),
    "warnings": lambda: book("import warnings\nwarnings.warn('careful')"),
    "stdout and stderr": lambda: book(
        "import sys\n"
        "for i in range(20):\n"
        "    print(i, file=(sys.stdout, sys.stderr)[i % 2], flush=True)"
    ),
    "logging": lambda: book("import logging\nlogging.warning('to stderr')"),
    "rich repr": lambda: book(
        "class R:\n"
        "    def _repr_mimebundle_(self, **k):\n"
        "        return {'text/html': '<p>', 'text/latex': '$x$', 'text/plain': 'R'}\n"
        "R()"
    ),
    "payload": lambda: book(
        "?print", "%load_ext autoreload\nget_ipython().set_next_input('x')"
    ),
    "threads joined": lambda: book(
        "import threading\nt = threading.Thread(target=lambda: print('thread'))\n"
        "t.start(); t.join()\nprint('main')"
    ),
    "comm without handler": lambda: book(
        "from ipykernel.comm import Comm\nc = Comm('nobody', data={'a': 1})\nc.send({'b': 2})"  # noqa: E501
    ),
}
