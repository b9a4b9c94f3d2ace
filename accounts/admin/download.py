"""Files that lists go out as: some at a time, because each holds a thread of the web server until its last row."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from threading import BoundedSemaphore

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

_turns = BoundedSemaphore(settings.EXPORTS_AT_ONCE)


def csv(request: HttpRequest, text: Iterator[str], name: str, *, back: str) -> HttpResponseBase:
    """The text as a file of this name, streamed; back with a message while as many others go out as may."""
    if not _turns.acquire(blocking=False):
        messages.warning(
            request, _("Other exports are running, and pages need room too. Try again in a minute.")
        )
        return HttpResponseRedirect(back)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(_Turn(text, _turns), content_type="text/csv; charset=utf-8", headers=headers)


class _Turn:
    """The text; whoever closes it, read to its end or not, lets the next one go."""

    def __init__(self, text: Iterator[str], turns: BoundedSemaphore) -> None:
        self.text, self.turns = text, turns
        self.is_over = False

    def __iter__(self) -> Iterator[str]:
        return self.text

    def close(self) -> None:
        """By the web server."""
        if isinstance(self.text, Generator):
            self.text.close()
        self.release()

    def release(self) -> None:
        """At the latest when nobody has taken the answer."""
        if not self.is_over:
            self.is_over = True
            self.turns.release()

    __del__ = release
