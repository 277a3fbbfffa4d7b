"""Keeping the corpus of a server: refreshes, sources, articles by hand; for maintainers."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from assistant.client.refreshing import Job, followed
from assistant.client.transport import Call, Transport, parsed, plain
from assistant.errors import AssistantError, SettingsError
from assistant.index import Manifest
from assistant.ingest.sources import Source, SourceKind
from assistant.maintenance import (
    CheckReport,
    Draft,
    Preview,
    RefreshCallbacks,
    RefreshReport,
    RemovedArticle,
    Status,
    Trial,
    Visit,
)


class Keeping:
    """The part of a client that keeps the corpus."""

    _transport: Transport

    def refresh(
        self,
        sources: Sequence[str | Path] = (),
        *,
        replace: bool = False,
        allow_removals: bool = False,
        trial: bool = False,
        only_failed: bool = False,
        forget: Sequence[str] = (),
        every: timedelta | None = None,
        reread: bool = False,
        watcher: RefreshCallbacks | None = None,
    ) -> RefreshReport:
        """Have the server bring `sources` into its index, wait for it, and give the report of `Assistant.refresh`.

        Each is the name or location of a source that the server knows: others are put on its list by `add_source`
        first. Raises LockedError at once while another refresh runs there, StoppedError when `watcher` stopped it.
        """
        body = {
            "sources": [str(source) for source in sources],
            "replace": replace,
            "allow_removals": allow_removals,
            "trial": trial,
            "only_failed": only_failed,
            "forget": list(forget),
            "every": plain(every),
            "reread": reread,
        }
        return followed(self._transport, self._transport.make(Job, "refreshes", body=body), watcher)

    def remove_articles(self, article_ids: Sequence[str]) -> RefreshReport:
        """Remove the articles with those ids for good. Raises RefreshError, and removes none, for an unknown one."""
        body = {"ids": list(article_ids)}
        return self._transport.make(RefreshReport, "articles", "remove", body=body, is_long=True)

    def removed_articles(self) -> list[RemovedArticle]:
        """The articles that were removed by hand."""
        return self._transport.read(list[RemovedArticle], "articles", "removed")

    def restore_articles(self, article_ids: Sequence[str]) -> None:
        """Let articles come back that were removed: the next refresh reads them again."""
        self._transport.send(Call("POST", ("articles", "restore"), body={"ids": list(article_ids)}))

    def preview(
        self,
        *,
        data: bytes | None = None,
        name: str = "",
        path: str | Path | None = None,
        address: str | None = None,
        text: str | None = None,
    ) -> Preview:
        """What would come in of one of these, as drafts to be mended and given to `add_articles`; nothing is changed.

        `path` is a file of this machine, which is read here; an `address` is fetched by the server.
        """
        if len([value for value in (data, path, address, text) if value is not None]) != 1:
            raise AssistantError("to look at what would come in, give one of: data, path, address, text")
        if path is not None:
            data, name = _content(Path(path)), name or Path(path).name
        if data is None:
            body = {"text": text} if text is not None else {"address": address}
            return self._transport.make(Preview, "previews", body=body, is_read=True, is_long=True)
        headers = {"content-type": "application/octet-stream", "x-file-name": quote(name)}
        call = Call("POST", ("previews",), data=data, headers=headers, is_read=True, is_long=True)
        return parsed(Preview, self._transport.send(call).content)

    def add_articles(self, drafts: Sequence[Draft], *, watcher: RefreshCallbacks | None = None) -> RefreshReport:
        """Add articles by hand, as the `drafts` have them. Raises RefreshError for one that cannot be added."""
        body = {"drafts": [plain(draft) for draft in drafts]}
        response = self._transport.send(Call("POST", ("articles",), [("wait", "false")], body))
        return followed(self._transport, parsed(Job, response.content), watcher)

    # sources

    def sources(self) -> list[Source]:
        """Those that are listed, then those that only the index has, or has articles of."""
        return self._transport.read(list[Source], "sources")

    def add_source(
        self, location: str | Path, *, kind: SourceKind | None = None, name: str | None = None, **keys: Any
    ) -> Source:
        """Put an address, or a folder or file of the server, on its list of sources.

        The `keys` are those that a source can have there. Raises SettingsError for what cannot be listed.
        """
        body = {"location": str(location), "kind": kind, "name": name, **keys}
        return self._transport.make(Source, "sources", body=body, is_long=True)

    def remove_source(self, name: str) -> Source | None:
        """Take a source off the list, by its name or location; its articles stay."""
        content = self._transport.send(Call("DELETE", ("sources", name))).content
        return None if content == b"null" else parsed(Source, content)

    def edit_source(self, name: str, **keys: Any) -> Source:
        """Set `keys` of a listed source, by its name or location, and give it as it is now; None takes one out."""
        return parsed(Source, self._transport.send(Call("PATCH", ("sources", name), body=keys)).content)

    def pause_source(self, name: str) -> Source:
        """Have a listed source read no more until `resume_source`; its articles stay."""
        return self._transport.make(Source, "sources", name, "pause")

    def resume_source(self, name: str) -> Source:
        """Have a source that was paused read again from the next refresh on."""
        return self._transport.make(Source, "sources", name, "resume")

    def source_visits(self, name: str) -> list[Visit]:
        """The last 20 readings of a source, by its name or location, newest first."""
        return self._transport.read(list[Visit], "sources", name, "visits")

    def restore_sources(self) -> Path:
        """Put a list of sources that is gone back as the last refresh read it; its path on the server."""
        return Path(self._transport.make(dict, "sources", "restore")["path"])

    def try_sources(self, given: Sequence[str | Path] = ()) -> list[Trial]:
        """What `given` sources, or all that are listed, would bring in now. Raises SettingsError for unknown ones."""
        names = list(map(str, given)) or [source.name for source in self.sources() if source.listed]
        return [self._transport.make(Trial, "sources", name, "try", is_long=True) for name in names]

    # the home

    def rollback(self) -> Manifest:
        """Publish the generation before the published one again. Raises RefreshError when there is none."""
        return self._transport.make(Manifest, "rollback", is_long=True)

    def status(self, *, thorough: bool = False) -> Status:
        """The state of the corpus, of its sources and generations. Places on its disk are told to maintainers only.

        With `thorough` every file is looked through for damage, as in `check`, for maintainers.
        """
        status = self._transport.read(Status, "status")
        return replace(status, damage=tuple(map(str, self.check().damaged))) if thorough else status

    def check(self, *, repair: bool = False) -> CheckReport:
        """Look through every file of the home for damage, and with `repair` mend what can be mended."""
        return self._transport.make(CheckReport, "check", body={"repair": repair}, is_long=True)


def _content(path: Path) -> bytes:
    """The bytes of a file. Raises SettingsError."""
    if path.is_dir():
        raise SettingsError(f"{path} is a folder; give its files one by one, or put a folder of the server on its list")
    try:
        return path.read_bytes()
    except OSError as error:
        raise SettingsError(f"{path} cannot be read ({error.strerror}); name a file that can") from None
