"""Published versions: what each changed, how good it is, and going back to one."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from bot.channels.admin_page.guard import SESSION
from bot.channels.admin_page.views import Views, form
from bot.desk.publishing import difference
from bot.store.desk.acts import Act, Deed
from intents.classifier.model import ModelError
from intents.registry.registry import Registry
from intents.registry.remembered import Publication
from intents.registry.rollback import compare

_DIFF = 40_000
"""Characters of a difference that are shown."""

_REASON = 200
"""Characters kept of a reason."""


@dataclass(frozen=True)
class Version:
    """A version as it is listed."""

    name: str
    """Its name."""
    publication: Publication
    """When it was published, and how good it is."""
    files: tuple[str, ...]
    """Files that it changed."""
    active: bool
    """Whether it is in use."""


class Versions:
    """The list, one version, and going back."""

    def __init__(self, views: Views) -> None:
        """Take what shows pages."""
        self._views, self._ground = views, views.ground

    def routes(self) -> list[web.RouteDef]:
        """Return the addresses."""
        return [
            web.get("/versions", self.listed),
            web.get("/versions/{version}", self.version),
            web.post("/versions/{version}", self.go_back),
        ]

    async def listed(self, request: web.Request) -> web.StreamResponse:
        """Show all versions, the newest first, and which files stand otherwise in the folder."""
        versions, open_files = await asyncio.to_thread(self._listed)
        return await self._views.page(request, "versions", versions=versions, open_files=open_files)

    async def version(self, request: web.Request) -> web.StreamResponse:
        """Show what a version changed, and what going back to it would change."""
        registry, name = self._ground.publisher.registry, request.match_info["version"]
        if name not in await asyncio.to_thread(registry.versions):
            raise web.HTTPNotFound
        version = await asyncio.to_thread(self._of, registry, name)
        changed = await asyncio.to_thread(self._diff, registry, version.publication.replaces, name)
        back = await asyncio.to_thread(self._to_go_back, registry, name)
        return await self._views.page(request, "version", version=version, diff=changed, back=back)

    async def go_back(self, request: web.Request) -> web.StreamResponse:
        """Let a version serve again, with the files of its day."""
        self._views.owner(request)
        name, given = request.match_info["version"], await form(request)
        publisher, person = self._ground.publisher, request[SESSION].person
        if name not in await asyncio.to_thread(publisher.registry.versions):
            raise web.HTTPNotFound
        why = given.get("why", "")[:_REASON].strip()
        try:
            restored = await asyncio.to_thread(publisher.go_back, name, person.role, why)
        except (ModelError, OSError) as error:
            return await self._views.told(request, str(error), status=409, back=f"/versions/{name}")
        now = time.time()
        act = Act(self._ground.number(), now, person.role, person.who, Deed.ROLLBACK, name, "", why, restored.version)
        await self._ground.write(act)
        raise web.HTTPSeeOther("/versions")

    def _listed(self) -> tuple[list[Version], tuple[str, ...]]:
        registry = self._ground.publisher.registry
        found = [self._of(registry, name) for name in reversed(registry.versions())]
        active = registry.active()
        now = compare(registry.knowledge(active), self._ground.folder).files if active else ()
        return found, now

    def _of(self, registry: Registry, name: str) -> Version:
        publication = registry.publication(name)
        files: tuple[str, ...] = ()
        if publication.replaces in registry.versions():
            files = compare(registry.knowledge(str(publication.replaces)), registry.knowledge(name)).files
        return Version(name, publication, files, name == registry.active())

    def _diff(self, registry: Registry, before: str | None, name: str) -> str:
        if before is None or before not in registry.versions():
            return ""
        return _differences(registry.knowledge(before), registry.knowledge(name))

    def _to_go_back(self, registry: Registry, name: str) -> str:
        return _differences(self._ground.folder, registry.knowledge(name))


def _differences(old: Path, new: Path) -> str:
    return "\n\n".join(_each(old, new, compare(old, new).files))[:_DIFF]


def _each(old: Path, new: Path, files: Sequence[str]) -> Iterator[str]:
    for name in files:
        before, after = (
            (folder / name).read_text("utf-8") if (folder / name).is_file() else "" for folder in (old, new)
        )
        yield difference(before, after, Path(name))
