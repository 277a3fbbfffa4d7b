"""The command `assistant add`, which shows what would come in of files, addresses and a text, and puts it in."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli.options import DONE, PARTLY, common, note, open_assistant, plain_errors, show
from assistant.errors import AssistantError
from assistant.utils import counted

if TYPE_CHECKING:
    from assistant import Assistant, Draft, Preview

_MOST_READ = 10_000_000  # characters of a text on stdin


@click.command()
@click.argument("given", nargs=-1, required=True, metavar="FILE|FOLDER|URL|-...")
@click.option("--title", help="Title of the one article, in place of its own.")
@click.option("--date", metavar="DATE", help='Its date, as 2025-05-28; "" for none.')
@click.option("--publication", help='Its publication; "" for none.')
@click.option("--yes", is_flag=True, help="Put it in without a question.")
@common
@plain_errors
def add(
    given: tuple[str, ...],
    title: str | None,
    date: str | None,
    publication: str | None,
    yes: bool,
    home: Path | None,
    as_json: bool,
) -> None:
    """Show what would come in of files, folders, addresses or, for -, a text on stdin, and put it in.

    It is put in after a question on a terminal, or with --yes, and stays as it is shown: no refresh changes it. To have
    a folder or an address read again and again, list it instead: `assistant sources add`. Exit code 3: some of it could
    not be read.
    """
    with open_assistant(home) as assistant:
        preview = _preview(assistant, given)
        if not all(value is None for value in (title, date, publication)):
            draft = _only(preview.drafts).mended(title=title, date=date, publication=publication)
            preview = replace(preview, drafts=(draft,))
        if not (as_json and yes):
            show(preview, as_json, "render_add:preview_lines")
        if preview.drafts and _is_wanted(len(preview.drafts), given, yes, as_json):
            report = assistant.add_articles(preview.drafts)
            note(assistant.settings, "articles-added", f"{len(preview.drafts):,}: {', '.join(given)}")
            show(report, as_json, "render_refresh:refresh_lines")
    sys.exit(PARTLY if preview.failures or not preview.drafts else DONE)


def _preview(assistant: "Assistant", given: tuple[str, ...]) -> "Preview":
    from assistant import Preview

    previews = [_preview_of(assistant, each) for each in dict.fromkeys(given)]
    drafts = {draft.id: draft for preview in previews for draft in preview.drafts}
    failures = [failure for preview in previews for failure in preview.failures]
    notices = [notice for preview in previews for notice in preview.notices]
    return Preview(tuple(drafts.values()), tuple(failures), tuple(notices))


def _preview_of(assistant: "Assistant", given: str) -> "Preview":
    from assistant.ingest.sources import is_address

    if given == "-":
        with click.open_file("-", encoding="utf-8", errors="replace") as stdin:
            return assistant.preview(text=stdin.read(_MOST_READ))
    return assistant.preview(address=given) if is_address(given) else assistant.preview(path=given)


def _only(drafts: "tuple[Draft, ...]") -> "Draft":
    if len(drafts) != 1:
        found = counted(len(drafts), "article")
        raise AssistantError(f"--title, --date and --publication are for one article, and here are {found}; give one")
    return drafts[0]


def _is_wanted(number: int, given: tuple[str, ...], yes: bool, as_json: bool) -> bool:
    if yes:
        return True
    if sys.stdin.isatty() and "-" not in given and not as_json:
        return click.confirm(f"Put in {counted(number, 'article')}?", err=True)
    if not as_json:
        click.echo("Nothing was put in; to do so, give --yes.", err=True)
    return False
