"""Put passwords into settings that are wrong, and look for them in what is said."""

from __future__ import annotations

import random
import shutil

from tests.bench.hostile.forks import forking
from tests.bench.hostile.ground import Ground
from tests.bench.hostile.telegram import TOKEN

Try = tuple[dict[str, str], tuple[str, ...], tuple[str, ...], bool]
"""Settings with a password, the command to run, the parts of the password, and whether %40 is the remedy."""


def _secrets(rng: random.Random) -> list[Try]:
    """Return settings with passwords, the command to run, the parts of the password, and whether %40 is the remedy."""
    made: list[Try] = []
    for mark in ("@", "@@", "@:", ":@", "@/", "/@", "#@", "@#", "?@", "@?", "%@", "[@", "@]", "@x@", " @", "密@"):
        parts = tuple("".join(rng.choices("QZXJVK", k=6)) + str(rng.randint(100, 999)) for _ in range(2))
        password = mark.join(parts)
        for scheme in ("postgresql", "postgres", "postgresql+psycopg", "mysql"):
            url = f"{scheme}://u:{password}@127.0.0.1:1/db"
            made.append(({"DATABASE_URL": url}, ("inbox", "list"), parts, scheme == "postgresql" and "@" in mark))
    one = ("QZXJVKQ71",)
    for url in (
        f"postgresql://u@127.0.0.1:1/db?password={one[0]}",
        f"postgresql:u:{one[0]}@h",
        f"u:{one[0]}@h/db",
        one[0],
    ):
        made.append(({"DATABASE_URL": url}, ("inbox", "list"), one, False))
    for name, value in (
        ("TELEGRAM_BOT_TOKEN", one[0]), ("TELEGRAM_BOT_TOKEN", f"12 3:{one[0]}"), ("ADMIN_PORT", one[0]),
        ("TELEGRAM_PROXY", f"ftp://u:{one[0]}@h"), ("TELEGRAM_PROXY", f"http://u:{one[0]}@127.0.0.1:1"),
        ("TELEGRAM_PROXY", f"socks5://u:{one[0]}@x@127.0.0.1:1"), ("TELEGRAM_BASE_URL", f"http://u:{one[0]}@127.0.0.1:1"),
        ("TELEGRAM_BASE_URL", f"u:{one[0]}@h"), ("WEBHOOK_URL", f"http://u:{one[0]}@h/x"), ("CHATS_AT_ONCE", one[0]),
        ("WEBHOOK_LISTEN", one[0]), ("TELEGRAM_PROXY", f"http://u:{one[0]}/x@127.0.0.1:1"),
    ):  # fmt: skip
        token = {} if name == "TELEGRAM_BOT_TOKEN" else {"TELEGRAM_BOT_TOKEN": TOKEN}
        made.append(
            ({"TELEGRAM_BASE_URL": "http://127.0.0.1:1", "ADMIN_PORT": "off", **token, name: value}, (), one, False)
        )
    return made


async def secrets(ground: Ground) -> None:
    """Put passwords into settings that are wrong, and look for them in what is said."""
    async with forking(ground.python, ground.root, ground.temp, "secrets") as forks:
        every = _secrets(ground.rng)
        every = every[:2] + ground.rng.sample(every[2:], 10) if ground.quick else every
        for number, (env, args, parts, remedy) in enumerate(every):
            data = ground.temp / f"secrets-{number}"
            shutil.copytree(ground.small / "var", data) if not args else data.mkdir()
            done = await forks.run(*args, "--faq", str(ground.small / "faq"), "--data", str(data), env=env, seconds=12)
            value = next(text for text in reversed(env.values()) if parts[0] in text)
            shown = value.replace(parts[0], "FIRST").replace(parts[-1], "SECOND")
            fault = f"{shown} is shown" if any(part in done.said for part in parts) else ""
            if not fault and (done.broken and done.code != -9):
                fault = f"{shown}: {done.broken}"
            if not fault and remedy and "%40" not in done.said:
                fault = f"{shown}: %40 is not said"
            ground.tally.note(12, fault)
            shutil.rmtree(data, ignore_errors=True)
