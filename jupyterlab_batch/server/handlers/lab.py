"""Prepare, submit and open: what needs the contents manager or the kernelspecs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_core.utils import ensure_async
from jupyter_server.auth.decorator import authorized
from tornado import web

from jupyterlab_batch._generated.requests import REQUESTS
from jupyterlab_batch.submission import (
    Choices,
    Notebook,
    Order,
    SubmissionError,
    Submitter,
    clean_notebook,
    prepare,
    read_values,
    submit,
)

from .. import contents
from .base import BatchHandler

if TYPE_CHECKING:
    from jupyterlab_batch._generated.wire import Prepared


@cache
def _validator(request: str) -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(REQUESTS[request])


def check(body: dict[str, Any], request: str) -> None:
    """Refuse a body that is not what the contract calls by this name.

    Its own words, since those of the validator repeat what was sent.
    """
    schema = REQUESTS[request]
    wrong = (set(body) - set(schema["properties"])) | (
        set(schema["required"]) - set(body)
    )
    for error in _validator(request).iter_errors(body):
        if error.absolute_path:
            wrong.add(".".join(str(step) for step in error.absolute_path))
    if wrong:
        raise SubmissionError(
            f"The request does not fit the contract: {', '.join(sorted(wrong)[:20])}. "
            "Page and server may be of different versions: reload the page."
        )


def origins(prepared: Prepared) -> Iterator[str]:
    """List every place that the dialog names."""
    for parameter in prepared["parameters"]:
        yield parameter["origin"]
        yield from (found["origin"] for found in parameter["shadowed"])
    for problem in prepared["problems"]:
        if problem["origin"] is not None:
            yield problem["origin"]


class PromotionHandler(BatchHandler):
    """Reads who submits what from a request."""

    async def notebook(self, body: dict[str, Any]) -> Notebook:
        """Take the notebook on screen, else the one in the file."""
        place = contents.locate(self.contents_manager, body["path"])
        content = body["content"]
        if content is None:
            content = await contents.read(self.contents_manager, place)
        name = place.contents.rpartition("/")[2]
        cleaned = await self.broker.run(lambda: clean_notebook(content, name))
        return Notebook(
            name=name,
            content=cleaned,
            path=place.real,
            contents_path=place.contents,
            deliver_to=place.real.parent if place.real else None,
        )

    async def submitter(self) -> Submitter:
        """Give the user's process, with the kernels that this server knows."""
        specs = await ensure_async(self.kernel_spec_manager.get_all_specs())
        return Submitter(
            broker=await self.broker.connection(),
            kernels=specs,
            home=Path.home(),
            override_origin="dialog",
        )


class LocateHandler(BatchHandler):
    """Say how runs name a notebook that the contents manager knows by a path."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        path = self.get_query_argument("path")
        place = contents.locate(self.contents_manager, path)
        # As a run of it has it, see `Run.notebook` of the contract.
        name = str(place.real) if place.real else place.contents.rpartition("/")[2]
        await self.answer({"notebook": name})


class PrepareHandler(PromotionHandler):
    """Everything that the dialog shows."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        body = self.body()
        check(body, "PrepareRequest")
        notebook = await self.notebook(body)
        choices = Choices.from_request(body)
        submitter = await self.submitter()
        prepared = await self.broker.run(lambda: prepare(notebook, choices, submitter))
        prepared["links"] = await self.broker.run(
            lambda: contents.link_origins(
                self.contents_manager, notebook.deliver_to, origins(prepared)
            )
        )
        prepared["problems"] += await self.broker.run(
            lambda: contents.unopened(self.contents_manager, prepared["deliver_to"])
        )
        await self.answer(prepared)


class ValuesHandler(PromotionHandler):
    """Read values that the user brings, in the formats of the chain."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        body = self.body()
        check(body, "ValuesRequest")
        notebook = await self.notebook(body)
        submitter = await self.submitter()
        text, name = body["text"], body["name"]
        given = await self.broker.run(
            lambda: read_values(notebook, text, name, submitter)
        )
        await self.answer(given)


class SubmitHandler(PromotionHandler):
    """Submit what the dialog showed; refuse if it is something else by now."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        body = self.body()
        check(body, "SubmitRequest")
        notebook = await self.notebook(body)
        choices = Choices.from_request(body)
        submitter = await self.submitter()
        order = Order(
            plan_id=body["plan_id"],
            shown=body["shown"],
            confirmed=body["confirmed"],
            label=body["label"],
            time_limit=body["time_limit"],
            key=self.request.headers.get("Idempotency-Key", ""),
        )
        run = await self.broker.run(lambda: submit(notebook, choices, order, submitter))
        await self.answer(run, 201)


class ResultHandler(BatchHandler):
    """Sign the executed notebook and say where it is."""

    @web.authenticated
    @authorized
    async def post(self, run: str) -> None:
        detail = await self.broker.request("GET", f"/v1/runs/{run}")
        found, manager = detail["run"], self.contents_manager
        if found["output"] is not None:
            path, executed = await self.broker.run(
                lambda: contents.find_delivered(manager, found)
            )
            if executed is not None:
                # Here, not in a worker: the notary's database is the loop's own.
                manager.notary.sign(executed)
        else:
            executed = await self.broker.run(lambda: contents.read_executed(found))
            path = await contents.deliver(manager, found, executed)
        await self.answer({"contents_path": path})
