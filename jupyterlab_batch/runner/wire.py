"""The Jupyter message format (version 5.3) on zmq frames, signed.

Spoken here and not through ``jupyter_client``: importing that costs 0.1 s and
20 MB before the first cell, and what a runner needs of it is this page.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from . import clock

DELIMITER = b"<IDS|MSG>"


class BadMessage(Exception):
    """Frames that are no message of our kernel."""


@dataclass
class Message:
    """One message from the kernel."""

    type: str
    parent: dict[str, Any]
    date: Any
    content: dict[str, Any]
    buffers: list[bytes]

    @property
    def parent_id(self) -> str | None:
        """Id of the request that caused this message."""
        return self.parent.get("msg_id")


def _encode(part: object) -> bytes:
    text = json.dumps(part, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")


class Wire:
    """Packs and unpacks messages of one session."""

    def __init__(self, key: bytes) -> None:
        self._mac = hmac.new(key, digestmod=hashlib.sha256)
        self._session = os.urandom(16).hex()
        self._count = 0

    def _sign(self, parts: Sequence[bytes]) -> bytes:
        mac = self._mac.copy()
        for part in parts:
            mac.update(part)
        return mac.hexdigest().encode("ascii")

    def pack(
        self,
        kind: str,
        content: dict[str, Any],
        parent: dict[str, Any] | None = None,
    ) -> tuple[str, list[bytes]]:
        """Return the id and the frames of a new message."""
        self._count += 1
        msg_id = f"{self._session}_{self._count}"
        header = {
            "msg_id": msg_id,
            "session": self._session,
            "username": "batch",
            "date": clock.now(),
            "msg_type": kind,
            "version": "5.3",
        }
        parts = [_encode(part) for part in (header, parent or {}, {}, content)]
        return msg_id, [DELIMITER, self._sign(parts), *parts]

    def unpack(self, frames: Sequence[bytes]) -> Message:
        """Return the message in `frames`.

        Raises
        ------
        BadMessage
            The frames are not a message, or the signature does not fit.
        """
        try:
            start = list(frames).index(DELIMITER)
            signature, *parts = frames[start + 1 : start + 6]
            if len(parts) != 4:
                raise BadMessage("too few frames")
            if not hmac.compare_digest(self._sign(parts), signature):
                raise BadMessage("the signature does not fit")
            header, parent, _, content = (json.loads(part) for part in parts)
            return Message(
                type=header["msg_type"],
                parent=parent,
                date=header.get("date"),
                content=content,
                buffers=list(frames[start + 6 :]),
            )
        except (ValueError, KeyError, TypeError) as error:
            raise BadMessage(str(error)) from error
