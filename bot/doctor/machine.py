"""Look at the machine: settings, disk, who may read and write what, and ports."""

from __future__ import annotations

import difflib
import http.client
import json
import os
import shlex
import shutil
import socket
import stat
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from bot.doctor.findings import Finding, Subject, fine, warning, wrong
from bot.settings import Address, Settings, names_given
from bot.store.connect import in_use
from bot.store.database import FILE as DATABASE
from bot.store.pseudonyms import FILE as KEY
from faq.said import Said, listed, said
from intents.registry.registry import ROOM

PLENTY = 500_000_000
"""Bytes free above which nothing is said: ten models, and a year of a city's database."""

_SECRET = (DATABASE, f"{DATABASE}-wal", KEY)
"""Files of the data folder that hold residents' words, or lead back to residents."""

_NEAR, _TELLING = 0.85, 9
"""How like a setting's name another must be to be taken for it, or from how many characters on a part of one is."""

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def settings_read() -> Iterator[Finding]:
    """Yield whether a setting is given that the bot does not know, and so passes over.

    In .env that is every other name; in the environment, which other programs read too, one like a setting's.
    """
    known = [name.upper() for name in Settings.model_fields]
    environment, file = names_given()
    unknown = {name: _meant(name.upper(), known) for name in environment | file if name.upper() not in known}
    found = {name: meant for name, meant in unknown.items() if meant or name in file}
    for name, meant in sorted(found.items()):
        remedy = said("doctor_setting_meant", meant=meant) if meant else said("doctor_setting_list")
        yield warning(Subject.SETTINGS, said("doctor_setting_unknown", name=name), remedy)
    if not found:
        given = sum(name.upper() in known for name in environment | file)
        yield fine(Subject.SETTINGS, said("doctor_settings_ok", given=given, known=len(known)))


def _meant(name: str, known: list[str]) -> str | None:
    """Return the setting that `name` is near to; None: it is like none."""
    near = difflib.get_close_matches(name, known, 1, cutoff=_NEAR)
    part = [setting for setting in known if len(name) >= _TELLING and name in setting]
    return next(iter([*near, *part]), None)


def disk(data: Path, *, least: int = ROOM, plenty: int = PLENTY) -> Iterator[Finding]:
    """Yield whether there is room where `data` is, or will be, for what the bot writes; in bytes."""
    free = shutil.disk_usage(_existing(data)).free
    what = said("doctor_disk_free", megabytes=free // 1_000_000, folder=str(data))
    if free < least:
        yield wrong(Subject.DISK, what, said("doctor_disk_remedy", megabytes=plenty // 1_000_000))
    elif free < plenty:
        yield warning(Subject.DISK, what, said("doctor_disk_remedy", megabytes=plenty // 1_000_000))
    else:
        yield fine(Subject.DISK, what)


def permissions(faq: Path, data: Path, env_file: Path = Path(".env")) -> Iterator[Finding]:
    """Yield who may write where he must, and read what he must not."""
    well = said("doctor_permissions_ok" if data.exists() else "doctor_data_new", folder=str(data))
    found = [*_writing(faq, data), *_owners(data), *_readers(data, env_file)]
    yield from found or [fine(Subject.PERMISSIONS, well)]


def _writing(faq: Path, data: Path) -> Iterator[Finding]:
    error = _refusal(_existing(data))
    if error or (data.exists() and not data.is_dir()):
        what = said("doctor_data_closed", folder=str(data), error=error or "Not a directory")
        yield wrong(Subject.PERMISSIONS, what, said("doctor_data_closed_remedy"))
    if faq.is_dir() and (error := _refusal(faq)):
        what = said("doctor_faq_closed", folder=str(faq), error=error)
        yield warning(Subject.PERMISSIONS, what, said("doctor_faq_closed_remedy"))


def _owners(data: Path) -> Iterator[Finding]:
    """Yield files that another user owns: what is written beside them by this one, the bot cannot change later."""
    if not data.is_dir():
        return
    ours = os.geteuid()
    others = [path for path in sorted(data.iterdir()) if path.lstat().st_uid != ours]
    if others:
        owner = _user(others[0].lstat().st_uid)
        what = said("doctor_owners", path=str(others[0]), owner=owner, user=_user(ours))
        yield warning(Subject.PERMISSIONS, what, said("doctor_owners_remedy", owner=owner))


def _readers(data: Path, env_file: Path) -> Iterator[Finding]:
    for path in (*(data / name for name in _SECRET), env_file):
        if path.is_file() and path.stat().st_mode & _OTHERS:
            remedy = said("doctor_readers_remedy", command=f"chmod go= {shlex.quote(str(path))}")
            yield warning(Subject.PERMISSIONS, said("doctor_readers", path=str(path)), remedy)


def _user(number: int) -> str:
    import pwd  # noqa: PLC0415 - not on every system

    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def _existing(path: Path) -> Path:
    """Return `path`, or the nearest folder above it that is there."""
    return next((folder for folder in (path.absolute(), *path.absolute().parents) if folder.exists()), Path("/"))


def _refusal(folder: Path) -> str | None:
    """Return why nothing can be written into `folder`; None: it can."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"x")
    except OSError as error:
        return error.strerror or type(error).__name__
    return None


def ports(settings: Settings, data: Path) -> Iterator[Finding]:
    """Yield whether the ports of the bot are free, or held by the bot that runs on `data`."""
    wanted: list[tuple[str, Address]] = []
    if settings.admin_port:
        wanted.append(("ADMIN_PORT", settings.admin_port))
    if settings.telegram_bot_token is None:
        wanted.append(("SIMULATOR_PORT", Address("127.0.0.1", settings.simulator_port)))
    elif settings.webhook_url and settings.webhook_listen:
        wanted.append(("WEBHOOK_LISTEN", settings.webhook_listen))
    if settings.replica_listen:
        wanted.append(("REPLICA_LISTEN", settings.replica_listen))
    runs, seen, said_ok = in_use(data), 0, list[Said]()
    for name, address in wanted:
        place = f"{address.host}:{address.port}"
        error = _taken(address)
        if error is None or (runs and (name != "ADMIN_PORT" or _ours(address))):
            said_ok.append(said("doctor_port_free" if error is None else "doctor_port_ours", name=name, port=place))
            continue
        seen += 1
        find = warning if name == "ADMIN_PORT" else wrong  # residents are served without the operations pages
        yield find(
            Subject.PORTS,
            said("doctor_port_taken", name=name, port=place, error=error),
            said("doctor_port_remedy", name=name, port=address.port),
        )
    if not seen:
        yield fine(Subject.PORTS, listed(said_ok))


def _taken(address: Address) -> str | None:
    """Return why nothing can listen at `address`; None: something can."""
    try:
        family, *_, where = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)[0]
        with closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(where)
            probe.listen(1)
    except OSError as error:
        return error.strerror or type(error).__name__
    return None


def _ours(address: Address) -> bool:
    """Tell whether a bot's operations pages are at `address`."""
    host = "127.0.0.1" if address.host in ("0.0.0.0", "::", "") else address.host  # noqa: S104 - compared, not bound
    try:
        with closing(http.client.HTTPConnection(host, address.port, timeout=2)) as connection:
            connection.request("GET", "/healthz")
            said_there = json.loads(connection.getresponse().read(1000))
    except (OSError, http.client.HTTPException, ValueError):
        return False
    return bool(said_there == {"live": True})
