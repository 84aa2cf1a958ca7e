"""Train the classifier and measure it."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

import click

from bot.cli.folders import as_started, chosen, folder_options

_LOST = 5
"""Lost questions of a group that a terminal shows; the report has all."""

_PAGE = 3_000_000
"""Bytes that must be free for a report."""


@click.command("train")
@click.option("--force", is_flag=True, help="Publish the model even if it is worse than the active one.")
@folder_options
@click.pass_context
def train_command(context: click.Context, force: bool, faq: Path | None, data: Path | None) -> None:
    """Train the classifier on the knowledge base, say how good it is, and put it into use.

    A model that loses golden questions or checks which the active one gets right is refused with exit code 3; the
    active one stays in use.
    """
    from bot.delivery.rehearsal import rehearse
    from faq.load import load
    from intents.evaluation.report import summary, verdict_in_words
    from intents.registry.publish import REFUSED, train_and_publish
    from intents.registry.registry import Registry

    folders = chosen(context, faq, data)
    registry = Registry(folders.data)
    with registry.lock():
        faq_now = load(folders.faq, published=registry.published())
        trained = train_and_publish(faq_now, folders.data, force=force, talk=rehearse)
    verdict = as_started(verdict_in_words(trained.verdict, _LOST), folders)
    click.echo(f"{summary(trained.evaluation)}\n{verdict}")
    if trained.version is None:
        click.echo(f"not published; {registry.active()} stays in use", err=True)
        sys.exit(REFUSED)
    by_force = " by force, against the gate" if trained.forced else ""
    click.echo(f"published {trained.version} in {registry.folder}{by_force}")


@click.command("evaluate")
@click.option("--questions", type=click.Path(path_type=Path), help="File of lines: expected<TAB>question.")
@click.option("--robustness", is_flag=True, help="Also ask everything in many ways of writing badly; takes minutes.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@folder_options
@click.pass_context
def evaluate_command(
    context: click.Context,
    questions: Path | None,
    robustness: bool,
    as_json: bool,
    faq: Path | None,
    data: Path | None,
) -> None:
    """Put the checks and the golden questions out of scope, or the questions of a file, to the active model.

    In the file, `expected` is an id, several as id|id, or oos for a question to decline.
    """
    from bot.delivery.live import RefusedError, serving_model
    from bot.delivery.rehearsal import rehearse
    from intents.evaluation import evaluate as evaluation
    from intents.evaluation.conversations import hold
    from intents.evaluation.report import confusions, held_in_words, robustness_in_words, summary
    from intents.evaluation.robustness import measure_all
    from intents.interpret.interpreter import Interpreter

    folders = chosen(context, faq, data)
    if questions:
        _refuse_unread(questions)
    model = serving_model(folders.faq, folders.data, despite=(RefusedError,))
    cases = evaluation.read_cases(questions, model.faq) if questions else evaluation.held_out(model.faq)
    if not cases:
        raise click.BadParameter(f"{questions} holds no question", param_hint="--questions")
    with click.progressbar(cases, label="evaluating", file=sys.stderr) as bar:
        result = evaluation.evaluate(Interpreter(model), bar)
    held = hold(model, rehearse) if not questions else None
    measured = measure_all(model, cases, folders.data / "cache") if robustness else {}
    if as_json:
        noisy = {"robustness": {name: one.as_json() for name, one in measured.items()}} if robustness else {}
        talked = {"conversations": {"lines": held.lines, "right": round(held.right, 4)}} if held else {}
        click.echo(json.dumps({**result.as_json(), **talked, **noisy}, ensure_ascii=False))
        return
    click.echo(f"{summary(result)}\n{confusions(result)}")
    if held and held.lines:
        click.echo(held_in_words(held))
    for name, one in measured.items():
        click.echo(robustness_in_words(name, one))


@click.command("report")
@click.option("--out", type=click.Path(path_type=Path), help="File to write.  [default: report.html]")
@folder_options
@click.pass_context
def report_command(context: click.Context, out: Path | None, faq: Path | None, data: Path | None) -> None:
    """Write a page in Chinese, with plots: what the classifier gets right and wrong, and what to do next."""
    from bot.delivery.live import RefusedError, serving_model
    from intents.evaluation.page import write_page
    from intents.registry.registry import Registry

    folders = chosen(context, faq, data)
    path = out or Path("report.html")
    _refuse_unwritable(path)
    model = serving_model(folders.faq, folders.data, despite=(RefusedError,))
    write_page(path, model, Registry(folders.data))
    click.echo(f"wrote {path}; open it in a browser")


def _refuse_unread(path: Path) -> None:
    """Raise BadParameter, before any work, if `path` is no text with questions; a pipe can be read but once."""
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            return
        with path.open("rb") as file:
            content = file.read()
    except OSError as error:
        raise click.BadParameter(f"{path}: {error.strerror}", param_hint="--questions") from error
    if b"\0" in content or not _is_text(content):
        raise click.BadParameter(f"{path} is no text in UTF-8", param_hint="--questions")
    if not any(line.strip() and not line.startswith(b"#") for line in content.splitlines()):
        raise click.BadParameter(f"{path} holds no question", param_hint="--questions")


def _is_text(content: bytes) -> bool:
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return True


def _refuse_unwritable(path: Path) -> None:
    """Raise BadParameter, before any work, if no file can be written to `path`."""
    folder, effective = path.parent, os.access in os.supports_effective_ids
    fault = ""
    if path.is_dir():
        fault = f"{path} is a folder; name a file in it"
    elif not folder.is_dir():
        fault = (
            f"{folder} is a file, not a folder" if folder.exists() else f"there is no folder {folder}; make it first"
        )
    elif not os.access(path if path.exists() else folder, os.W_OK, effective_ids=effective):
        fault = f"{path} may not be written; check the permissions, or name another"
    elif shutil.disk_usage(folder).free < _PAGE:
        fault = f"there is no room for {path}; make room on its disk, or name another"
    if fault:
        raise click.BadParameter(fault, param_hint="--out")
