"""Tumour sites: a label's scope and a site in, inside or outside out; a printed type in, a site."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from actionability.rows import SiteScope
from pipeline.patient import Site


@dataclass(frozen=True, kw_only=True)
class Sites:
    """Which sites a label's disease scope takes in, and the words reports use for sites."""

    answers: Mapping[tuple[str, Site], SiteScope]
    words: tuple[tuple[re.Pattern[str], Site | None, str], ...]
    mixed: tuple[str, ...]

    @classmethod
    def of(
        cls,
        scopes: Sequence[SiteScope],
        words: Sequence[Mapping[str, str]],
        mixed: Sequence[Mapping[str, str]],
    ) -> "Sites":
        """From the rows of `site_scopes.csv`, `site_words.csv` and `mixed_types.csv`."""
        patterns = tuple(
            (
                re.compile(rf"\b{re.escape(row['word'])}\b"),
                Site(row["site"]) if row["site"] else None,
                row["scope"],
            )
            for row in words
        )
        phrases = tuple(row["phrase"] for row in mixed)
        return cls(
            answers={(row.scope, row.site): row for row in scopes}, words=patterns, mixed=phrases
        )

    @property
    def scopes(self) -> frozenset[str]:
        """The names of the disease scopes."""
        return frozenset(scope for scope, _ in self.answers)

    def answer(self, scope: str, site: Site) -> SiteScope | None:
        """What the scope says of the site."""
        return self.answers.get((scope, site))

    def is_biliary(self, site: Site) -> bool:
        """True if some label's scope knows the site as one of the biliary tract."""
        rows = (row for row in self.answers.values() if row.site is site)
        return any(row.answer != "excluded" for row in rows)

    def named_in(self, printed: str | None) -> Site | None:
        """The one site a printed tumour type names; None if it names none, or several."""
        sites = {site for site in self._matches(printed, 1) if isinstance(site, Site)}
        return sites.pop() if len(sites) == 1 else None

    def scopes_in(self, printed: str | None) -> frozenset[str]:
        """The disease scopes a printed tumour type names, its site aside."""
        return frozenset(str(scope) for scope in self._matches(printed, 2) if scope)

    def mixture_in(self, printed: str | None) -> str | None:
        """The phrase by which a printed tumour type names two diseases in one tumour, or None."""
        text = " ".join(re.findall(r"\w+", (printed or "").lower()))
        return next((phrase for phrase in self.mixed if phrase in text), None)

    def _matches(self, printed: str | None, column: int) -> list[Site | str | None]:
        text = (printed or "").lower()
        return [row[column] for row in self.words if row[0].search(text)]  # type: ignore[misc]
