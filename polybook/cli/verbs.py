"""The command line: verbs, what they print, exit codes. What the verbs do is in `commands`."""

from __future__ import annotations

import atexit
import errno
import gc
import json
import os
import re
import shlex
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from polybook import __version__
from polybook.cli.terminal import print_artifacts, print_findings, print_steps, print_table, progress, say
from polybook.model.artifacts import Built
from polybook.model.catalog import one_line
from polybook.model.findings import BookError, CheckError, Finding, PolybookError, UsageError

EXIT_CODES = (
    "Exit codes: 0 done, 1 a mistake in the book, 2 wrong usage, 3 an example failed, "
    "4 a strict build found untranslated or broken messages, or characters without a font, 5 a check failed."
)


_TMPDIR = "where temporary files go is for the variable TMPDIR to say"
_HINTS = (
    ((errno.ENOSPC, errno.EDQUOT), f"make room; {_TMPDIR}"),
    (
        (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT),
        f"see to the rights; {_TMPDIR}",
    ),
    ((errno.ENAMETOOLONG,), "a path has 4,095 bytes at most, a name 255"),
)
"""What to do about what the system refuses, by the numbers of its errors."""

_LONGEST_PATH = 3_000
"""How many bytes the path of a book's folder has at most: of 4,095 bytes, files in it need some."""

_LAST_SECOND = 253_402_300_799
"""The last one that a date can be made of, in the year 9999."""


class _Verbs(click.Group):
    """A group whose verb may be left out: what is no verb belongs to ``build``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        own = {"--help", "-h", "--version"}
        if not args or (args[0].startswith("-") and args[0] not in own):
            args = ["build", *args]
        return super().parse_args(ctx, args)


def _example(verb: str, *lines: str) -> dict[str, str]:
    """The part of a verb's help that shows how it is called."""
    return {
        "epilog": "\b\nExample:\n" + "\n".join(f"  python build.py {verb} {line}".rstrip() for line in lines)
    }


@click.group(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"]}, epilog=EXIT_CODES)
@click.version_option(__version__, prog_name="polybook")
def commands() -> None:
    """Make a Markdown book and its translations into HTML, EPUB and PDF.

    Without a verb: build. Runs in the folder that holds source/ and pyproject.toml.
    """
    _require_surroundings()


LANGUAGE = click.option(
    "--lang", "-l", "languages", multiple=True, metavar="L", help="A language; may be repeated."
)
JOBS = click.option(
    "--jobs", "-j", type=click.IntRange(1), metavar="N", help="How many at once (default: the cores)."
)
VERBOSE = click.option("--verbose", "-v", is_flag=True, help="Say more.")


@commands.command(**_example("build", "--lang ja", "--lang ja --format epub --format pdf --strict"))
@LANGUAGE
@click.option(
    "--format", "-f", "formats", multiple=True, metavar="html|epub|pdf|md", help="A format; may be repeated."
)
@click.option(
    "--strict",
    is_flag=True,
    help="Fail on untranslated or broken messages, and on characters without a font.",
)
@click.option("--no-refresh", is_flag=True, help="Fail on a stale listing instead of running its example.")
@click.option("--explain", is_flag=True, help="Say which steps were done, and why.")
@JOBS
@VERBOSE
def build(
    languages: tuple[str, ...],
    formats: tuple[str, ...],
    strict: bool,
    no_refresh: bool,
    explain: bool,
    jobs: int | None,
    verbose: bool,
) -> None:
    """Make the editions: every language in every format, if none is named."""
    from polybook.commands import up_to_date as command

    moment = _moment()

    def make() -> Built:
        from polybook.book import lock
        from polybook.commands import build as command

        with lock.held(Path.cwd(), "build"), progress("building") as tell:
            return command.build(
                Path.cwd(),
                languages,
                formats,
                strict=strict,
                may_run=not no_refresh,
                moment=moment,
                jobs=jobs,
                tell=tell,
            )

    built = command.build(Path.cwd(), languages, formats, strict, moment, make)
    if explain:
        print_steps(built.ran)
    print_findings(built.findings, None if verbose else 10)
    print_artifacts(built.artifacts)
    _fail_on([*built.unreadable, *built.failed])


@commands.command(
    epilog="\b\nExample:\n  polybook new my-book\n  polybook new my-book --lang ja --lang it",
)
@click.argument("folder", type=click.Path(path_type=Path))
@LANGUAGE
def new(folder: Path, languages: tuple[str, ...]) -> None:
    """Start a book of your own in FOLDER, and translations of it into the languages that are named.

    It has two chapters, a program, a figure and a workflow for CI, builds at once and passes its checks.
    """
    from polybook.commands import new as command

    command.start(folder, languages, Path.cwd(), _now())
    say(f"started: {folder}\nnext: cd {shlex.quote(str(folder))} && polybook serve")


@commands.command(
    "import",
    epilog=(
        "\b\nExample:\n  polybook import ../their-book my-book\n  polybook import notes.md notes "
        "--language it"
    ),
)
@click.argument("source", type=click.Path(path_type=Path))
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--from", "lineage", metavar="KIND", default="", help="What kind of book it is, if not as found."
)
@click.option("--language", metavar="L", default="", help="The language that it is written in.")
@click.option("--dry-run", "dry", is_flag=True, help="Write the report alone.")
def import_(source: Path, folder: Path, lineage: str, language: str, dry: bool) -> None:
    """Bring the book in SOURCE, written for another tool, into FOLDER.

    Known are mdBook, GitBook and HonKit, MkDocs, Quarto, bookdown, Jupyter Book and MyST, Sphinx with MyST,
    VuePress, VitePress, docsify, Leanpub, folders of Markdown, and one large file. Nothing of it is run, and
    nothing is fetched. import-report.md says what was done, and names all that could not be carried over.
    """
    from polybook.commands import import_book as command

    imported = command.bring(source, folder, lineage=lineage, language=language, dry=dry)
    say("\n".join(command.summary(imported, folder)))
    command.refuse(imported.conflicts)


@commands.command(**_example("refresh", "", "--check", "--repeat 20"))
@click.option(
    "--check", "only_check", is_flag=True, help="Run all, change nothing; fail where the source is stale."
)
@click.option("--force", is_flag=True, help="Run also what ran before and did not change.")
@click.option("--repeat", type=click.IntRange(2), metavar="N", help="Run all N times; fail where one varies.")
@JOBS
def refresh(only_check: bool, force: bool, repeat: int | None, jobs: int | None) -> None:
    """Run the examples and rewrite the listings in source/."""
    from polybook.book import lock
    from polybook.commands import refresh as command

    if sum((only_check, force, bool(repeat))) > 1:
        raise click.UsageError("--check, --force and --repeat exclude one another.")
    with progress("running") as tell:
        if repeat:
            _refresh_repeat(command.repeat(Path.cwd(), repeat, jobs, tell), repeat)
        elif only_check:
            _refresh_check(command.check_source(Path.cwd(), jobs, tell))
        else:
            with lock.held(Path.cwd(), "refresh"):
                changed = command.refresh_source(Path.cwd(), afresh=force, jobs=jobs, tell=tell)
            say("\n".join(f"rewritten: {path}" for path in changed) or "nothing changed")


def _refresh_repeat(findings: Sequence[Finding], times: int) -> None:
    if findings:
        raise CheckError(*findings)
    say(f"every example said the same {times} times")


def _refresh_check(difference: str) -> None:
    if difference:
        say(difference, nl=False)
        raise CheckError(Finding("stale", "the source is stale", hint="python build.py refresh"))
    say("the source is fresh")


@commands.command(**_example("update", "", "--check", "--commit"))
@click.option(
    "--check", "only_check", is_flag=True, help="Change nothing; fail where a catalog is behind the text."
)
@click.option("--commit", is_flag=True, help="Commit what changed, and nothing else.")
def update(only_check: bool, commit: bool) -> None:
    """Merge the book's messages into every catalog."""
    from polybook.book import lock
    from polybook.commands import update as command

    if only_check and commit:
        raise click.UsageError("--check and --commit exclude one another.")
    if only_check:
        if behind := command.check(Path.cwd()):
            raise CheckError(*behind)
        click.echo("the catalogs hold the text as it is")
        return
    with lock.held(Path.cwd(), "update"):
        updated = (command.commit if commit else command.update)(Path.cwd(), _now())
    for merge in updated.merges:
        say(
            f"{merge.path}: {merge.kept} kept, {merge.carried} carried over, {merge.added} new, "
            f"{merge.fuzzy} fuzzy, {merge.removed} gone"
        )
    _fail_on(updated.unreadable)


@commands.command(
    "merge-driver",
    epilog="""\b
Tell git once in each clone:
  git config merge.polybook.driver "polybook merge-driver %O %A %B %P"
and for the book, in .gitattributes:
  locales/**/*.po merge=polybook
  locales/*.pot merge=polybook
""",
)
@click.argument("base", type=click.Path(path_type=Path))
@click.argument("ours", type=click.Path(path_type=Path))
@click.argument("theirs", type=click.Path(path_type=Path))
@click.argument("path")
def merge_driver(base: Path, ours: Path, theirs: Path, path: str) -> None:
    """Merge two states of a catalog by message, into OURS; git calls it.

    BASE is what both came of, PATH what git calls the file. Dates never conflict. Where both sides translated
    a message, ours is fuzzy, theirs stands in a comment, and the exit code is 1.
    """
    from polybook.commands import merge_driver as command

    command.merge(base, ours, theirs, path)


@commands.command(
    "import-translations",
    **_example(
        "import-translations", "ja ../their-book/po/ja.po", "de ../their-book/de --source ../their-book/en"
    ),
)
@click.argument("language")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=Path))
@click.option(
    "--source",
    "old",
    metavar="OLD",
    type=click.Path(path_type=Path, exists=True),
    help="What the translated chapters were made from, if not the book as it is now.",
)
def import_translations(language: str, paths: tuple[Path, ...], old: Path | None) -> None:
    """Bring in what is translated already: other tools' catalogs, or chapters in LANGUAGE.

    Each PATH is a .po file or a folder of some, as mdbook-i18n-helpers, po4a, mdpo, Sphinx or the Translate
    Toolkit make them; or a folder of translated Markdown, whose chapters are aligned with the book's. Empty
    messages are filled: what is sure and keeps the contract is a translation, the rest is fuzzy. Nothing that
    is there is replaced. A report names what was not used, and why.
    """
    from polybook.book import lock
    from polybook.commands import import_translations as command

    with lock.held(Path.cwd(), "import-translations"):
        brought = command.bring(Path.cwd(), language, paths, old, _now())
    say(
        f"{brought.catalog}: {brought.translated:,} messages translated, {brought.fuzzy:,} fuzzy; "
        f"{brought.unused:,} translations not used\nreport: {brought.report}"
    )


@commands.command(**_example("draft", "ja --with memory", "ja --with 'python translate.py'"))
@click.argument("language")
@click.option(
    "--with",
    "drafter",
    required=True,
    metavar="memory|COMMAND",
    help="The catalog's other messages, or a program that is asked in lines of JSON.",
)
@click.option(
    "--from",
    "others",
    multiple=True,
    metavar="CATALOG",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A further catalog whose translations are known; may be repeated.",
)
@VERBOSE
def draft(language: str, drafter: str, others: tuple[Path, ...], verbose: bool) -> None:
    """Draft what is not translated into LANGUAGE; a person looks at each draft.

    All drafts are fuzzy, so no reader sees one. What does not keep the contract is left out. Run it again to
    go on where it was stopped.
    """
    from polybook.book import lock
    from polybook.commands import draft as command

    with lock.held(Path.cwd(), "draft"), progress("drafting") as tell:
        drafted = command.draft(Path.cwd(), language, drafter, others, tell)
    print_findings(drafted.refused, None if verbose else 10)
    say(f"{drafted.catalog}: {drafted.drafted:,} drafts, {len(drafted.refused):,} left out")


@commands.command(**_example("init", "it"))
@click.argument("language")
def init(language: str) -> None:
    """Start a translation into LANGUAGE."""
    from polybook.book import lock
    from polybook.commands import init as command

    with lock.held(Path.cwd(), "init"):
        say(f"translate {command.init(Path.cwd(), language, _now())}")


@commands.command(**_example("check", "", "--lang ja", "--format github"))
@LANGUAGE
@click.option(
    "--format",
    "-f",
    "form",
    type=click.Choice(["text", "github", "json"]),
    default="text",
    help="How findings are written: for people, as GitHub's annotations, as JSON.",
)
@click.option("--deep", is_flag=True, help="Make every format too, and report what it does not show.")
@click.option("--links", is_flag=True, help="Ask the web too whether links lead to pages that are there.")
def check(languages: tuple[str, ...], form: str, deep: bool, links: bool) -> None:
    """Look for stale listings and for translations to mend; change nothing, run nothing.

    Errors are what a build leaves out or stops at; they make the check fail. Warnings are for a reviewer.
    """
    from polybook.cli import reports
    from polybook.commands import survey as command

    code = CheckError.exit_code
    try:
        findings: Sequence[Finding]
        if links:
            with progress("asking") as tell:
                findings = command.check(Path.cwd(), languages, deep=deep, web=_now(), tell=tell)
        else:
            findings = command.check(Path.cwd(), languages, deep=deep)
    except PolybookError as error:
        if form == "text":
            raise
        findings, code = error.findings, error.exit_code  # what reads the report wants one all the same
    click.echo(reports.FINDINGS[form](findings), nl=False)
    if form == "github" and (page := os.environ.get("GITHUB_STEP_SUMMARY")):
        with Path(page).open("a", encoding="utf-8") as file:
            file.write(reports.summary(findings))
    errors, warnings = (
        sum(one.severity == severity for one in findings) for severity in ("error", "warning")
    )
    if form == "text":
        found = f"errors: {errors}, warnings: {warnings}"
        say(found if errors or warnings else "nothing found")
    if errors:
        sys.exit(code)


@commands.command(
    **_example("allow", "it 1244 glossary", "it 1244 glossary --why 'the term is a title here'")
)
@click.argument("language")
@click.argument("line", type=click.IntRange(1))
@click.argument("finding")
@click.option("--by", default="", metavar="NAME", help="Who allows it (default: who git says you are).")
@click.option("--why", default="", metavar="TEXT", help="Why; shown wherever what is allowed is listed.")
def allow(language: str, line: int, finding: str, by: str, why: str) -> None:
    """Allow the translation in a LINE of a LANGUAGE's catalog what a FINDING of check is about.

    It is written into waivers.toml, for the translation as it is: when that changes, the waiver lapses.
    """
    from polybook.book import lock
    from polybook.commands import allow as command

    with lock.held(Path.cwd(), "allow"):
        message = command.allow(Path.cwd(), language, line, finding, by, why)
    say(f"allowed: {finding} for {one_line(message)[:60]!r}")


@commands.command(**_example("status", "", "--lang ja --chapters", "--json"))
@LANGUAGE
@click.option("--chapters", is_flag=True, help="Show each file of the book too.")
@click.option(
    "--json", "as_json", is_flag=True, help="Write JSON, with the findings; of a broken book these alone."
)
def status(languages: tuple[str, ...], chapters: bool, as_json: bool) -> None:
    """Show how far each translation is, and write it into output/status.html."""
    from polybook.book import lock
    from polybook.cli import reports
    from polybook.commands import survey as command

    try:
        with lock.held(Path.cwd(), "status"):
            found, unreadable = command.status(Path.cwd(), languages)
    except PolybookError as error:
        if as_json:
            click.echo(reports.as_json(error.findings), nl=False)
        raise
    if as_json:
        click.echo(reports.status_json(found), nl=False)
    else:
        print_table(reports.HEAD, reports.rows(found, chapters=chapters))
        for line in reports.lines(found):
            say(line)
    _fail_on(unreadable)


@commands.command(**_example("serve", "--lang ja", "--lang it --port 8080"))
@LANGUAGE
@click.option(
    "--port",
    default=8000,
    type=click.IntRange(0, 65535),
    show_default=True,
    help="Where; 0 takes a free one.",
)
def serve(languages: tuple[str, ...], port: int) -> None:
    """Show the sites while the book is worked on: pages reload when a file is saved.

    Only this machine can ask for them. What is not translated is coloured; a click on a passage shows its
    message and where it stands in the catalog.
    """
    from polybook.commands import serve as command

    with progress("building") as tell, suppress(KeyboardInterrupt):
        command.serve(Path.cwd(), languages, port, lambda url: say(f"serving {url} (Ctrl+C ends)"), tell)


@commands.command(**_example("release", "", "--lang ja", "--assemble"))
@click.option(
    "--lang",
    "-l",
    "languages",
    multiple=True,
    metavar="L",
    help="Build only this part, to be assembled with the others; may be repeated.",
)
@click.option("--assemble", is_flag=True, help="Build nothing: take the parts that lie in output/.")
@JOBS
def release(languages: tuple[str, ...], assemble: bool, jobs: int | None) -> None:
    """Check the book, build every released language in every format, and say what the release holds.

    The examples are run, catalogs have to be up to date, nothing may be uncommitted. Languages are released
    from a share of translated messages on (the setting minimum-translated). All is made anew, and output/
    then holds the release and nothing else: the editions, manifest.json, SHA256SUMS, release-notes.md, and,
    with the setting base-url, catalogs for reading apps (opds.xml, opds.json).
    """
    from polybook.book import lock
    from polybook.commands import release as command

    if languages and assemble:
        raise click.UsageError("--lang and --assemble exclude one another.")
    released = None
    with lock.held(Path.cwd(), "release"), progress("releasing") as tell:
        if languages:
            command.build_part(Path.cwd(), languages, _moment(), jobs, tell)
        else:
            make = command.assemble if assemble else command.release
            released = make(Path.cwd(), _moment(), jobs, tell)
    say("nothing was taken from .cache/", err=True)
    if released:
        print_findings(released.remarks, None)
        say("\n".join(released.files))


@commands.command(**_example("matrix", "", "--json"))
@click.option(
    "--json", "as_json", is_flag=True, help="Write a JSON list, as a matrix of jobs in CI takes it."
)
def matrix(as_json: bool) -> None:
    """Show the languages that a release would hold, one a line."""
    from polybook.commands import release_plan as command

    locales = command.plan(Path.cwd(), _moment()).locales
    say(json.dumps(locales) if as_json else "\n".join(locales))


@commands.command(**_example("clean", ""))
def clean() -> None:
    """Remove what builds made in output/ and .cache/; other files stay there, and are named."""
    from polybook.commands import clean as command

    cleaned = command.clean(Path.cwd())
    print_findings(cleaned.kept, 10)
    say("\n".join(f"removed: {name}/" for name in cleaned.removed) or "nothing to remove")


def main() -> None:
    """Run the command line and end the process with the code that it says."""
    # Trees are many small values without cycles; looking for cycles in them takes a fifth of a build.
    gc.set_threshold(200_000, 20, 20)
    atexit.register(gc.freeze)  # nor are cycles looked for in what ends with the process
    try:
        commands.main(standalone_mode=False)
    except PolybookError as error:
        sys.stdout.flush()
        for finding in error.findings:
            what = "example" if finding.code == "example" else finding.severity
            say(f"{what}: {finding}", err=True)
        sys.exit(error.exit_code)
    except click.exceptions.Exit as end:
        sys.exit(end.exit_code)
    except click.UsageError as error:
        error.show()
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # The reader of our output went away (polybook status | head): that is no error.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        hint = next((f" Hint: {said}" for numbers, said in _HINTS if error.errno in numbers), "")
        say(f"error: {where}{error.strerror or error}.{hint}", err=True)
        sys.exit(1)


def _require_surroundings() -> None:
    """Raise UsageError where no command could do anything."""
    try:
        here = Path.cwd()
    except FileNotFoundError:
        hint = "go to the book's folder: cd"
        raise UsageError(Finding("usage", "the working folder is no longer there", hint=hint)) from None
    if len(os.fsencode(here)) > _LONGEST_PATH:
        what = f"the path of the working folder has more than {_LONGEST_PATH} bytes"
        raise UsageError(Finding("usage", what, hint="move the book up: no file in it could be named"))
    encoding = sys.getfilesystemencoding()
    if encoding != "utf-8":
        what = f"names of files are in '{encoding}' here, and a book's are in UTF-8"
        raise UsageError(Finding("usage", what, hint="set LC_ALL=C.UTF-8, or PYTHONUTF8=1"))


def _now() -> datetime:
    return datetime.now(UTC)


def _moment() -> datetime | None:
    """The time that counts as that of a build, where the environment gives one; raises UsageError for none.

    https://reproducible-builds.org/specs/source-date-epoch/
    """
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not given:
        return None
    if not re.fullmatch("[0-9]{1,12}", given) or int(given) > _LAST_SECOND:
        what = f"SOURCE_DATE_EPOCH is '{given[:80]}', which is no time"
        raise UsageError(
            Finding("usage", what, hint="it is a number of seconds since 1970, up to the year 9999")
        )
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(given))


def _fail_on(findings: Sequence[Finding]) -> None:
    """End with an error for what cannot be read or made, after what could be done was done."""
    if findings:
        raise BookError(*findings)
