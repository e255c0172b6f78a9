"""Did you mean …?"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Give the end of a message about an unknown name.

    Returns
    -------
    str
        `` Did you mean AMP?``, or what there is when nothing comes near.
    """
    names = sorted(known)
    folded: dict[str, str] = {}
    for candidate in names:
        folded.setdefault(candidate.casefold(), candidate)
    near = difflib.get_close_matches(name.casefold(), list(folded), n=1, cutoff=0.6)
    if near:
        return f" Did you mean {folded[near[0]]}?"
    if not names:
        return " The notebook has no parameters."
    shown = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
    return f" It has {shown}."
