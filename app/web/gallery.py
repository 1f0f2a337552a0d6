"""An observation in, what it rests on out: a picture of the printed words, or a line of a VCF.

Originals are opened in limited child processes alone (R14), a few at a time. A picture is never
written to a disk; the newest are kept in memory, so that a page that is opened twice is made once.
"""

import threading
import weakref
from collections import OrderedDict
from pathlib import Path

from fastapi import Request

from flows.means import passwords
from flows.originals import is_kept, original_of
from parsers.child import Job, ReaderPool
from parsers.vcf_excerpt import Excerpt
from pipeline.errors import UnreadableError
from pipeline.model import Source
from pipeline.settings import Settings

_AT_ONCE = 2
_KEPT_BYTES = 32_000_000
_MAKING = threading.Lock()


class Gallery:
    """Shows places of originals; threads may share it."""

    def __init__(self, settings: Settings) -> None:
        self._originals = settings.data_dir / "originals"
        self._pool = ReaderPool(lanes=_AT_ONCE, passwords=passwords(settings))
        self._turn = threading.BoundedSemaphore(_AT_ONCE)
        self._kept = _Kept()
        weakref.finalize(self, self._pool.close)

    def picture(self, source: Source, *, whole: bool) -> bytes:
        """A PNG of the page, or of the lines around the words, the words framed.

        Raises:
            UnreadableError: the original is not kept, has changed, or cannot be shown.
        """
        if source.page is None or source.bbox is None:
            raise UnreadableError("no_place", "no place on a page is known for this")
        key = (source.sha256, source.page, source.bbox, whole)
        known = self._kept.get(key)
        if known is not None:
            return known
        job, places = self._job(source), [(source.page, source.bbox)]
        with self._turn:
            (made,) = self._pool.pictures(job, places, source.sha256, whole=whole)
        self._kept.put(key, made)
        return made

    def line(self, source: Source) -> Excerpt:
        """The line of a VCF, its fields explained.

        Raises:
            UnreadableError: the original is not kept, has changed, or has no such line.
        """
        if source.line is None:
            raise UnreadableError("no_place", "no line is known for this")
        with self._turn:
            return self._pool.excerpt(self._job(source), source.line, source.sha256)

    def original(self, sha256: str) -> Path:
        """Where the original lies.

        Raises:
            UnreadableError: it is not kept.
        """
        if not is_kept(self._originals, sha256):
            raise UnreadableError("not_kept", "the original of this report is not kept")
        return original_of(self._originals, sha256)

    def _job(self, source: Source) -> Job:
        return Job(path=self.original(source.sha256), name="the original")


class _Kept:
    """Pictures by what they show, the newest that fit."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pictures: OrderedDict[object, bytes] = OrderedDict()
        self._bytes = 0

    def get(self, key: object) -> bytes | None:
        with self._lock:
            found = self._pictures.get(key)
            if found is not None:
                self._pictures.move_to_end(key)
            return found

    def put(self, key: object, picture: bytes) -> None:
        with self._lock:
            if key in self._pictures or len(picture) > _KEPT_BYTES:
                return
            self._pictures[key] = picture
            self._bytes += len(picture)
            while self._bytes > _KEPT_BYTES:
                _, oldest = self._pictures.popitem(last=False)
                self._bytes -= len(oldest)


def gallery(request: Request) -> Gallery:
    """The one gallery of the service that answers this request."""
    state = request.app.state
    with _MAKING:
        if not hasattr(state, "gallery"):
            state.gallery = Gallery(state.desk.settings)
        made: Gallery = state.gallery
    return made
