"""What becomes of errors: one sentence and an exit code, in one place for all commands."""

from __future__ import annotations

import errno

import click

from bot.cli.folders import Folders, as_started

WRONG_USE = 2
"""Exit code of what the command line, the folders or the files named in it forbid; 1 is a mistake that was found."""

_ABOUT_A_PATH = (FileNotFoundError, PermissionError, NotADirectoryError, IsADirectoryError, FileExistsError)
_ERRNO_OF_PATHS = (errno.EROFS, errno.ENAMETOOLONG, errno.ELOOP)
_REMEDIES = {
    errno.ENOENT: "make the folder, or name another",
    errno.EACCES: "check the permissions, or name another",
    errno.EPERM: "check the permissions, or name another",
    errno.ENOTDIR: "a file stands where a folder is needed; name another",
    errno.EEXIST: "a file stands where a folder is needed; name another",
    errno.EISDIR: "name a file in it",
    errno.EROFS: "name another",
    errno.ENOSPC: "make room",
}


def sentence(error: Exception, folders: Folders) -> tuple[str, int] | None:
    """Return what to say of `error` and the exit code; None where it is a fault of this program."""
    from bot.delivery.live import RefusedError, TrainingError
    from bot.store.errors import StoreError
    from faq.load import FaqError
    from intents.classifier.model import ModelError
    from intents.evaluation.evaluate import CasesError

    match error:
        case click.UsageError():
            return f"{error.format_message().rstrip('.')}; see: {_help(error)}", error.exit_code
        case click.ClickException():
            return error.format_message(), error.exit_code
        case FaqError() if wrong := [m for m in error.mistakes if m.file == folders.faq]:
            return f"{folders.faq}: {wrong[0].said.say()}", WRONG_USE
        case TrainingError() | RefusedError() | CasesError() | ModelError() | StoreError():
            return str(error), 1
        case OSError():
            return _system(error), WRONG_USE if _of_a_path(error) else 1
    return None


def told(error: Exception, folders: Folders) -> int | None:
    """Say on standard error what `sentence` returns, and return the exit code; None: nothing was said."""
    found = sentence(error, folders)
    if found is None:
        return None
    text, code = found
    begin = "Error" if isinstance(error, click.ClickException) else "error"
    click.echo(f"{begin}: {as_started(text, folders)}", err=True)
    return code


def _help(error: click.UsageError) -> str:
    words = error.ctx.command_path.split()[1:] if error.ctx else []
    return " ".join(["python run_bot.py", *words, "--help"])


def _of_a_path(error: OSError) -> bool:
    return isinstance(error, _ABOUT_A_PATH) or error.errno in _ERRNO_OF_PATHS


def _system(error: OSError) -> str:
    """Return what the system says, with the path and the remedy."""
    if error.strerror is None or error.errno is None:
        return str(error)
    path = f"{error.filename}: " if error.filename else "a file or the output cannot be written: "
    remedy = f"; {_REMEDIES[error.errno]}" if error.errno in _REMEDIES else ""
    return f"{path}{error.strerror}{remedy}"
