"""Whether no piece of a token gets through, nothing clean is masked, and how fast."""

from __future__ import annotations

import json
import time
from itertools import cycle, islice, product
from random import Random, SystemRandom

from jupyterlab_batch.runner.redaction import StreamRedactor, Vault
from tests.runner.clean import notebooks
from tests.runner.leaks import KINDS, SPELLINGS, leak, missed

from ..figures import Figure
from ..options import Options

CASES = 100_000
#: cases with one secret: a vault takes longer to fill than to ask
EACH = 50
CLEAN = 100_000_000
#: what a kernel's message may hold at most, about
MESSAGE = 1 << 20
#: what else the machine does is not ours
CPU = "of processor time"

AROUND = "step 12/400 loss=0.6931471805599453 é ☃ eyJhbGciOiJSUzI1NiJ9 0x7f3a"


def measure(options: Options) -> list[Figure]:
    """Generate leaks and clean notebooks, other ones each time."""
    seed = SystemRandom().getrandbits(32)
    return [*_leaks(options, Random(seed), seed), *_clean(options, seed)]


def _leaks(options: Options, random: Random, seed: int) -> list[Figure]:
    misses, cases = 0, 0
    kinds = islice(cycle(KINDS.values()), options.count(CASES) // EACH)
    for make in kinds:
        secret = make(random)
        vault = Vault()
        vault.add(secret.token)
        for spelling in islice(cycle(SPELLINGS), EACH):
            cases += 1
            misses += missed(vault, leak(random, secret, spelling, AROUND)) is not None
    told = f"{len([*product(KINDS, SPELLINGS)])} kinds, cut anywhere; seed {seed}"
    return [
        Figure(f"pieces of secrets, of {cases:,}, let through", misses, "", 0, told)
    ]


def _clean(options: Options, seed: int) -> list[Figure]:
    """With one token of each kind known, and as a job has it: with one opaque one."""
    random = Random(seed)
    many, one = Vault(), Vault()
    for make in KINDS.values():
        many.add(make(random).token)
    one.add(KINDS["opaque"](random).token)
    hits = size = 0
    known = {"one opaque token": one, "eight tokens": many}
    spent = dict.fromkeys((*known, "in pieces of 1 MiB"), 0.0)
    for notebook in notebooks(random, options.count(CLEAN)):
        text = json.dumps(notebook)
        size += len(text)
        for name, vault in known.items():
            begun = time.process_time()
            hits += vault.tree(notebook) != notebook
            spent[name] += time.process_time() - begun
        redactor = StreamRedactor(one)
        begun = time.process_time()
        for at in range(0, len(text), MESSAGE):
            redactor.feed(text[at : at + MESSAGE])
        redactor.finish()
        spent["in pieces of 1 MiB"] += time.process_time() - begun
    return [
        Figure(f"false hits on {size / 1e6:,.0f} MB of clean notebooks", hits, "", 0),
        *(
            Figure(f"redaction, {name}", size / 1e6 / each, "MB/s", note=CPU, floor=50)
            for name, each in spent.items()
        ),
    ]
