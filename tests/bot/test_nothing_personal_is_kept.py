"""Three hundred conversations full of invented personal data, over HTTP: afterwards no file holds any of it."""

from __future__ import annotations

import asyncio
import gzip
import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import ahocorasick
import psycopg
import pytest
from click.testing import CliRunner

from bot.cli.main import bot as program
from bot.simulator.simulator import Simulator
from tests import postgres
from tests.personal import DANGERS, Conversation, Residents
from tests.running import READY, rows, running, until

pytestmark = pytest.mark.slow

COUNT = 300
STAFF = -5002
HELPED = 12
"""Residents of them who look for a person too; a group takes twenty messages a minute."""
UNTIDY = (
    "import bot.channels.telegram.serving as serving; serving.UPKEEP = 3600.0\nfrom bot.cli.main import main; main()"
)
"""The program, without its tidying up every minute: what is found before it shows that the search finds something."""
FIRST = 20_000
_ESCAPED = re.compile(rb"\\+u([0-9a-fA-F]{4})")


class Search:
    """Looks for secrets in files: as text and as escaped in JSON; digits not as a part of a longer number."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._words = ahocorasick.Automaton()
        for secret in secrets:
            self._words.add_word(secret.encode().decode("latin-1"), secret)
        self._words.make_automaton()

    def found(self, content: bytes) -> set[str]:
        read = _ESCAPED.sub(lambda found: chr(int(found[1], 16)).encode("utf-8", "surrogatepass"), content)
        return {secret for text in {content, read} for secret in self._in(text.decode("latin-1"))}

    def _in(self, text: str) -> Iterator[str]:
        for end, secret in self._words.iter(text):
            around = text[max(0, end - len(secret.encode())) : end + 2]
            if not (secret.isascii() and re.search(r"^[0-9a-f.]|[0-9a-f]$", around)):
                yield secret

    def below(self, folder: Path, *, aside: tuple[str, ...] = ("models", "cache")) -> dict[str, set[str]]:
        """Return what is found in each file below `folder`; models and caches are made of knowledge alone."""
        found = {}
        for path in folder.rglob("*"):
            # A server at work deletes files between the listing and the reading; a file that is gone keeps nothing.
            with suppress(FileNotFoundError):
                if path.is_file() and not set(aside) & set(path.parts):
                    found[str(path.relative_to(folder))] = self.found(path.read_bytes())
        return {name: secrets for name, secrets in found.items() if secrets}


@contextmanager
def database(kind: str) -> Iterator[tuple[str, Path | None]]:
    """Yield the address of a database and the folder of its server; "" and None: SQLite in the data folder."""
    if kind == "sqlite":
        yield "", None
        return
    if reason := postgres.obstacle():
        pytest.skip(reason)
    with postgres.server() as url:
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute("ALTER SYSTEM SET wal_recycle = off")  # as docs/delivery.md says
            admin.execute("SELECT pg_reload_conf()")
        yield url, Path(url.partition("host=")[2])


def emptied(url: str) -> None:
    """Let a server write its log into new files, as docs/delivery.md says."""
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute("SELECT pg_switch_wal()")
        admin.execute("CHECKPOINT")


def waiting(url: str, data: Path) -> int:
    """Return how many updates are still to be answered."""
    query = "SELECT count(*) FROM inbox WHERE state = 'open'"
    if not url:
        return int(str(rows(data, query)[0][0]))
    with psycopg.connect(url) as connection:
        found = connection.execute(query).fetchone()
    return found[0] if found else 0


async def told(api: Simulator, conversations: list[Conversation], done: Callable[[], bool]) -> None:
    """Let all residents say what they have to say, a message of each at a time."""
    for line in range(max(len(one.messages) for one in conversations)):
        for number, one in enumerate(conversations):
            if line < len(one.messages):
                api.says(one.messages[line], FIRST + number)
        await until(lambda: not len(api.updates) and done(), 120)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_no_file_holds_what_residents_said_of_themselves(
    api: Simulator, small: Path, tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversations = list(Residents(20261130).conversations(COUNT))
    for number, one in enumerate(conversations[:HELPED]):
        one.messages = ["/human", *one.messages, DANGERS[number % len(DANGERS)] + one.messages[0]]
    search, data, knowledge = (
        Search(secret for one in conversations for secret in one.secrets),
        small / "var",
        small / "faq",
    )
    api.founds("工作人员群", STAFF)
    with database(kind) as (url, server):
        settings = {"STAFF_CHAT_ID": str(STAFF), "ADMIN_PORT": "127.0.0.1:0", **({"DATABASE_URL": url} if url else {})}
        where = server or data
        async with running(api, data, knowledge, code=UNTIDY, **settings):
            await told(api, conversations, lambda: waiting(url, data) == 0)
            assert search.below(where, aside=("models", "cache")), "before the tidying up the words are there"
        async with running(api, data, knowledge, **settings) as bot:
            if url:
                emptied(url)
            assert search.below(data) == {}
            assert search.below(where, aside=("models", "cache")) == {}
            _, metrics = await bot.page("/metrics")
            assert search.found(metrics.encode()) == set()
            monkeypatch.setenv("DATABASE_URL", url)
            monkeypatch.chdir(tmp_path)
            for command in (["unanswered", "--all"], ["letters"], ["stats"], ["backup", str(tmp_path / "copy.gz")]):
                ran = await asyncio.to_thread(
                    CliRunner().invoke, program, ["--faq", str(knowledge), "--data", str(data), *command]
                )
                assert ran.exit_code == 0, ran.output
                assert search.found(ran.output.encode()) == set(), command
                if command[0] == "unanswered":
                    assert int(re.findall(r"(\d+) questions, ", ran.output)[0]) > 100, "and that with many kept"
    assert search.found(gzip.decompress((tmp_path / "copy.gz").read_bytes())) == set()
    to_staff = [fields["text"] for name, fields in api.calls if name == "sendMessage" and fields["chat_id"] == STAFF]
    assert len(to_staff) >= HELPED
    assert search.found("\n".join(to_staff).encode()) == set(), "nor is it shown to staff"
    assert READY in bot.log


def test_this_search_finds_what_is_there(tmp_path: Path) -> None:
    search = Search(["王桂兰", "13839212345", "212345"])
    (tmp_path / "plain").write_text("我叫王桂兰", encoding="utf-8")
    (tmp_path / "escaped").write_bytes(rb'{"text": "\\u662f212345"}')
    (tmp_path / "other").write_text("1796212345.5", encoding="utf-8")
    assert search.below(tmp_path) == {"plain": {"王桂兰"}, "escaped": {"212345"}}
    shutil.rmtree(tmp_path)
