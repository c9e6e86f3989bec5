"""Listings and transcripts in chapters, and that nothing but what a program printed is ever shown."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

from conftest import ROOT

from polybook.book import load
from polybook.commands import build
from polybook.examples import run

CHAPTER = "source/01-start.md"
PROGRAM = "examples/first/hello.py"


def test_a_fresh_book_changes_no_byte(book) -> None:
    folder = book("small")
    before = folder.read(CHAPTER)
    assert folder.run("refresh").succeeds().out == "nothing changed\n"
    assert folder.run("refresh", "--check").succeeds().out == "the source is fresh\n"
    assert folder.read(CHAPTER) == before


def test_a_changed_program_is_stale_and_refreshed(book) -> None:
    folder = book("small").replace(PROGRAM, 'greet("world")', 'greet("moon")')
    before = folder.read(CHAPTER)
    folder.run("check").fails(5, f"{CHAPTER}:9: the listing of first/hello.py is stale", "refresh")
    folder.run("--no-refresh", "-f", "md").fails(5, f"{CHAPTER}:9:")
    checked = folder.run("refresh", "--check").fails(5, "python build.py refresh")
    assert "-hello, world\n+hello, moon\n" in checked.out
    assert folder.read(CHAPTER) == before
    assert not (folder.root / "output").exists()
    assert folder.run("refresh").succeeds().out == f"rewritten: {CHAPTER}\n"
    assert "hello, moon" in folder.read(CHAPTER)
    folder.run("check").succeeds()


def test_build_refreshes_what_is_stale_and_only_that(book) -> None:
    folder = book("small").write("examples/first/never.py", "raise SystemExit(1)\n")
    folder.replace(PROGRAM, 'greet("world")', 'greet("moon")')
    folder.run("-f", "md", "-l", "en").succeeds()
    assert "hello, moon" in folder.read("output/en/small-book-en.md")
    # Fresh now: nothing runs, not even a program that would fail.
    folder.run("-f", "md", "-l", "en").succeeds()


def test_a_fresh_clone_runs_no_program(book, monkeypatch) -> None:
    def never(*_):
        raise AssertionError("a program ran")

    monkeypatch.setattr(run, "run", never)
    built = build.build(book("small").root, formats=("md",))
    assert [artifact.format for artifact in built.artifacts] == ["md", "md"]


def test_output_edited_by_hand_is_refused(book) -> None:
    folder = book("small").replace(CHAPTER, "hello, world", "hello, editor")
    line = folder.read(CHAPTER).split("[[[end]]]")[0].count("\n") + 1
    folder.run("refresh").fails(
        1, f"{CHAPTER}:{line}: the output of this cog block was edited by hand. Hint:"
    )
    folder.run("check").fails(5, f"{CHAPTER}:{line}: the output of this cog block was edited by hand. Hint:")
    folder.run("-f", "md").fails(1, "edited by hand")
    assert not (folder.root / "output").exists()
    assert "hello, editor" in folder.read(CHAPTER)


def test_all_failing_examples_are_told_and_nothing_is_written(book) -> None:
    folder = book("small")
    for name in ("second", "third"):
        folder.write(f"examples/first/{name}.py", f"raise ValueError({name!r})\n")
        text = folder.read(CHAPTER)
        block = f'<!-- [[[cog example("first/{name}.py") ]]] -->\n<!-- [[[end]]] -->\n'
        folder.write(CHAPTER, text + "\n" + block)
    folder.replace(PROGRAM, 'greet("world")', 'greet("moon")')
    before = folder.read(CHAPTER)
    folder.run("refresh").fails(
        3,
        "examples/first/second.py exited with 1",
        "ValueError: second",
        "examples/first/third.py exited with 1",
        f"{CHAPTER}:",
    )
    assert folder.read(CHAPTER) == before


def test_regions_sessions_and_other_files(book) -> None:
    folder = book("small").write(
        "examples/first/parts.py",
        '"""Parts."""\n\n\ndef main():\n    # region body\n\n    print("in the part")\n    # endregion\n\n\n'
        "main()\n",
    )
    folder.write("examples/first/page.html", "<p>```</p>\n")
    for call in (
        'listing("first/parts.py", region="body")',
        'transcript("first/parts.py")',
        'session("python first/parts.py")',
        'listing("first/page.html")',
        'cog.outl("plain *cog* code")',
    ):
        folder.write(CHAPTER, folder.read(CHAPTER) + f"\n<!-- [[[cog {call} ]]] -->\n<!-- [[[end]]] -->\n")
    folder.run("refresh").succeeds()
    text = folder.read(CHAPTER)
    assert '```python {file="first/parts.py" start=7 digest=' in text
    assert '\nprint("in the part")\n```\n' in text
    assert "\n$ python first/parts.py\nin the part\n```\n" in text
    assert "````html {file=" in text
    assert "\nplain *cog* code\n" in text
    assert folder.run("refresh").succeeds().out == "nothing changed\n"
    folder.run("check").succeeds()


def test_what_may_vary_keeps_its_recorded_text(book) -> None:
    folder = book("small").write("examples/first/varies.py", "import os\nprint('pid', os.getpid(), 'end')\n")
    call = r'example("first/varies.py", volatile=r"\d+")'
    folder.write(CHAPTER, folder.read(CHAPTER) + f"\n<!-- [[[cog {call} ]]] -->\n<!-- [[[end]]] -->\n")
    folder.run("refresh").succeeds()
    before = folder.read(CHAPTER)
    assert folder.run("refresh").succeeds().out == "nothing changed\n"
    assert folder.read(CHAPTER) == before


def test_missing_files_and_regions_are_told(book) -> None:
    folder = book("small")
    for call in (
        'example("first/gone.py")',
        'listing("first/hello.py", region="gone")',
        'listing("x y")',
        "boom()",
    ):
        folder.write(CHAPTER, folder.read(CHAPTER) + f"\n<!-- [[[cog {call} ]]] -->\n<!-- [[[end]]] -->\n")
    folder.run("refresh").fails(
        3,
        "there is no examples/first/gone.py",
        "examples/first/hello.py has no region 'gone'",
        "there is no examples/x y",
        "name 'boom' is not defined",
    )


def test_what_ran_before_is_not_run_again(book) -> None:
    folder = book("small")
    assert "running" in folder.run("refresh").succeeds().err
    assert folder.run("refresh").succeeds().err == ""
    assert "running: first/hello.py (1 of 1)" in folder.run("refresh", "--force").succeeds().err
    folder.write("examples/first/_helper.py", "")
    assert "running: first/hello.py (1 of 1)" in folder.run("refresh").succeeds().err


def test_the_key_of_a_run_follows_what_the_program_imports(book, monkeypatch) -> None:
    folder = book("small").replace(PROGRAM, 'greets."""\n', 'greets."""\nimport pytest\n')
    command = ("python", "first/hello.py")
    before = run.identity(load.load(folder.root).programs, command)
    assert "pytest " in before
    monkeypatch.setattr(run, "_version", lambda module: "another")
    assert run.identity(load.load(folder.root).programs, command) != before
    assert run.identity(load.load(folder.root).programs, ("true",)) == ""


def test_repeat_finds_what_varies(book) -> None:
    folder = book("small")
    folder.run("refresh", "--repeat", "2").succeeds()
    folder.write("examples/first/varies.py", "import os\nprint(os.getpid())\n")
    folder.write(
        CHAPTER,
        folder.read(CHAPTER) + '\n<!-- [[[cog example("first/varies.py") ]]] -->\n<!-- [[[end]]] -->\n',
    )
    folder.run("refresh", "--repeat", "3").fails(5, f"{CHAPTER}:35: first/varies.py said 3 different things")
    folder.run("refresh", "--check", "--force").fails(2, "exclude one another")


def test_orphans_fail_the_check(book) -> None:
    folder = book("small").write("examples/first/unseen.py", "").write("examples/first/_helper.py", "")
    folder.write(
        CHAPTER,
        folder.read(CHAPTER)
        + '\n<!-- [[[cog listing("first/hello.py", region="gone") ]]] -->\n<!-- [[[end]]] -->\n'
        + '\n<!-- [[[cog example("first/gone.py") ]]] -->\n<!-- [[[end]]] -->\n'
        + "\n```python\nunrun()\n```\n"
        + '\n```python {fragment="too short to run"}\npart\n```\n',
    )
    for arguments in (("check",), ("refresh", "--check")):
        outcome = folder.run(*arguments).fails(
            5,
            "examples/first/unseen.py: no chapter shows this program. Hint:",
            f"{CHAPTER}:35: examples/first/hello.py has no region 'gone'",
            f"{CHAPTER}:38: there is no examples/first/gone.py",
            f"{CHAPTER}:41: no program stands behind this Python. Hint:",
        )
        assert ":45:" not in outcome.err
        assert "_helper" not in outcome.err


def test_python_without_a_program_is_an_error_only_where_the_book_says_so(book) -> None:
    folder = book("small").write(CHAPTER, "# One\n\n```python\nunrun()\n```\n")
    folder.write("examples/first/hello.py", "").replace("source/02-end.md", "01-start.md", "02-end.md")
    said = "no program stands behind this Python"
    assert said in folder.run("check").out
    folder.replace("pyproject.toml", "python-needs-programs = true\n", "")
    assert said not in folder.run("check").out
    assert said not in folder.run("refresh", "--check").err


def test_a_chapter_keeps_its_line_ends(book) -> None:
    folder = book("small").replace(PROGRAM, 'greet("world")', 'greet("moon")')
    content = (folder.root / CHAPTER).read_bytes().replace(b"\n", b"\r\n")
    folder.write(CHAPTER, content)
    folder.run("refresh").succeeds()
    after = (folder.root / CHAPTER).read_bytes()
    assert b"hello, moon\r\n" in after
    assert after.count(b"\n") == after.count(b"\r\n")


def test_killing_a_refresh_leaves_the_source_whole_and_no_process(book) -> None:
    folder = book("small")
    mark = f"polybook-test-{os.getpid()}"
    folder.write("examples/first/slow.py", f"import time  # {mark}\ntime.sleep(5)\nprint('slow')\n")
    text = folder.read(CHAPTER) + '\n<!-- [[[cog example("first/slow.py") ]]] -->\n<!-- [[[end]]] -->\n'
    folder.write(CHAPTER, text)
    for wait in (0.3, 0.8, 1.5):
        process = subprocess.Popen(
            [sys.executable, "-m", "polybook", "refresh"],
            cwd=folder.root,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert folder.read(CHAPTER) == text
    time.sleep(0.3)
    running = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout
    assert "first/slow.py" not in running


def recorded(call: str, output: str) -> str:
    """A cog block whose output has its sum, whatever the output is."""
    from cogapp.hashhandler import HashHandler

    handler = HashHandler("[[[end]]]")
    end = handler.format_end_line_with_hash("<!-- [[[end]]] -->\n", handler.compute_hash(output))
    return f"\n<!-- [[[cog {call} ]]] -->\n{output}{end}"


def test_output_that_no_chapter_can_hold_is_refused_and_can_be_mended(book) -> None:
    folder = book("small").write("examples/first/page.py", "print('one')\nprint('two\\fthree')\n")
    listing = '```text {{.transcript of="first/page.py" digest=0123456789abcdef}}\n{}\n```\n'
    text = folder.read(CHAPTER)
    held = text + recorded('transcript("first/page.py")', listing.format("one\ntwo\fthree"))
    folder.write(CHAPTER, held)
    said = "examples/first/page.py printed the control character U+000C (form feed), which no page can show"
    folder.run("refresh").fails(3, f"{CHAPTER}:35: {said}, in line 2 of its output. Hint:")
    assert folder.read(CHAPTER) == held
    folder.run("check").fails(5, f"{CHAPTER}:38: the line holds a character that no text has")
    folder.write("examples/first/page.py", "print('one')\nprint('mended')\n")
    folder.run("--no-refresh", "-f", "md").fails(5, f"{CHAPTER}:35: the listing of first/page.py is stale")
    folder.run("refresh").succeeds()
    assert "one\nmended\n```\n" in folder.read(CHAPTER)
    folder.run("check").succeeds()


def test_text_that_a_refresh_does_not_mend_is_refused_after_it(book) -> None:
    folder = book("small")
    text = folder.read(CHAPTER) + "\nA word\fof the author's.\n"
    folder.write(CHAPTER, text).replace(PROGRAM, 'greet("world")', 'greet("moon")')
    folder.run("refresh").fails(1, f"{CHAPTER}:35: the line holds a character that no text has")
    assert folder.read(CHAPTER) == text


def test_check_finds_every_broken_block_and_build_refuses(book) -> None:
    folder = book("small")
    broken = (
        '\n<!-- [[[cog exampel("first/hello.py") ]]] -->\n<!-- [[[end]]] -->\n\n<!-- [[[cog x = = 1 ]]] -->\n'
    )
    folder.write(CHAPTER, folder.read(CHAPTER) + broken)
    other = "source/02-end.md"
    folder.write(other, folder.read(other) + "\n<!-- [[[cog\n")
    line = folder.read(other).count("\n")
    said = (
        f"{CHAPTER}:35: name 'exampel' is not defined. Hint: did you mean example?",
        f"{CHAPTER}:38: the cog block has no [[[end]]]. Hint:",
        f"{other}:{line}: the cog block has no ]]]. Hint:",
    )
    for arguments, code in ((["check"], 5), (["-f", "md"], 1), (["refresh"], 1), (["refresh", "--check"], 5)):
        folder.run(*arguments).fails(code, *said)
    assert not (folder.root / "output").exists()


def test_a_byte_order_mark_stays(book) -> None:
    folder = book("small").replace(PROGRAM, 'greet("world")', 'greet("moon")')
    content = b"\xef\xbb\xbf" + (folder.root / CHAPTER).read_bytes().rstrip()
    folder.write(CHAPTER, content)
    folder.run("refresh").succeeds()
    after = (folder.root / CHAPTER).read_bytes()
    assert after != content
    assert after[:40] == content[:40]
    assert after[-10:] == content[-10:]


def test_front_matter_keeps_every_byte(book) -> None:
    folder = book("small").replace(PROGRAM, 'greet("world")', 'greet("moon")')
    head = "\ufeff---\ntitle: never shown\nx: '[[[cog'\n---\n".encode()
    folder.write(CHAPTER, head + (folder.root / CHAPTER).read_bytes())
    assert folder.run("refresh").succeeds().out == f"rewritten: {CHAPTER}\n"
    after = (folder.root / CHAPTER).read_bytes()
    assert after.startswith(head + b"# The start")
    assert b"hello, moon" in after
