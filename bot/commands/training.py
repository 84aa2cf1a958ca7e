"""Train the classifier and measure it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from bot.commands.folders import chosen, folder_options


@click.command("train")
@folder_options
@click.pass_context
def train_command(context: click.Context, faq: Path | None, data: Path | None) -> None:
    """Train the classifier on the knowledge base, say how good it is, and put it into use."""
    from bot.live import open_model
    from intents.evaluate import checks, evaluate
    from intents.report import summary
    from intents.train import train_and_publish

    folders = chosen(context, faq, data)
    version = train_and_publish(folders.faq, folders.data, quiet=False)
    model = open_model(folders.faq, folders.data)
    click.echo(summary(evaluate(model, checks(model.faq))))
    click.echo(f"published {version} in {folders.data / 'models'}")


@click.command("evaluate")
@click.option("--questions", type=click.Path(path_type=Path), help="File of lines: expected<TAB>question.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@folder_options
@click.pass_context
def evaluate_command(
    context: click.Context, questions: Path | None, as_json: bool, faq: Path | None, data: Path | None
) -> None:
    """Put the checks of all intents, or the questions of a file, to the active model.

    In the file, `expected` is an id, several as id|id, or oos for a question to decline.
    """
    from bot.live import open_model
    from intents import evaluate as evaluation
    from intents.report import confusions, summary

    folders = chosen(context, faq, data)
    model = open_model(folders.faq, folders.data)
    cases = evaluation.read_cases(questions, model.faq) if questions else evaluation.checks(model.faq)
    with click.progressbar(cases, label="evaluating", file=sys.stderr) as bar:
        result = evaluation.evaluate(model, bar)
    if as_json:
        click.echo(json.dumps(result.as_json(), ensure_ascii=False))
    else:
        click.echo(f"{summary(result)}\n{confusions(result)}")
