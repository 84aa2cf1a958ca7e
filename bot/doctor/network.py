"""Look at the way to Telegram: names, proxy, server, clock, token, webhook and its certificate."""

from __future__ import annotations

import asyncio
import datetime as dt
import email.utils
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlsplit

import aiohttp

from bot.channels.telegram.api import Api, Timeouts, through_socks
from bot.channels.telegram.vitals import told_by_telegram
from bot.city_time import CITY_TIME
from bot.doctor.findings import Finding, Subject, fine, warning, wrong
from bot.logs import hide
from bot.settings import Settings
from faq.said import said

PATIENCE = 5.0
"""Seconds after which a step on the way to Telegram is given up."""

OFF, FAR_OFF = 30.0, 300.0
"""Seconds by which the clock may differ from the server's; opening hours and deadlines go by it."""

WAITING = 100
"""Updates waiting at Telegram above which the webhook is too slow, or nobody answers there."""

RECENT = 3600.0
"""Seconds for which an error of Telegram's last delivery counts."""

DAYS_LEFT = 14
"""Days before its end at which a certificate is to be renewed; certbot renews at 30."""

_ZONE = 8 * 3600
"""Seconds between China's time and UTC: by so much a clock is off that was set to the one and taken for the other."""

_PORTS = (443, 80, 88, 8443)
"""Ports that Telegram brings updates to; https://core.telegram.org/bots/api#setwebhook."""


def way(settings: Settings) -> Iterator[Finding]:
    """Yield what is found on the way to the Bot API server, step by step; a later one is left out if an earlier fails.

    Without a token the bot serves a chat page on this machine, and needs no way.
    """
    if settings.telegram_bot_token is None:
        yield warning(Subject.TOKEN, said("doctor_token_none"), said("doctor_token_none_remedy"))
        return
    target = urlsplit(settings.proxy or settings.telegram_base_url)
    host = target.hostname or ""
    try:
        address = _resolved(host, target.port or (443 if target.scheme == "https" else 80))
    except (OSError, UnicodeError) as error:  # UnicodeError: of a name that none can be
        reason = error.strerror if isinstance(error, OSError) else None
        what = said("doctor_dns_wrong", host=host, error=reason or type(error).__name__)
        yield wrong(Subject.DNS, what, said("doctor_dns_remedy"))
        return
    yield fine(Subject.DNS, said("doctor_dns_ok", host=host, address=address[0]))
    if settings.proxy is None:
        yield fine(Subject.PROXY, said("doctor_proxy_none"))
    else:
        shown = f"{target.scheme}://{host}:{target.port or ''}"
        try:
            socket.create_connection(address, PATIENCE).close()
        except OSError as error:
            what = said("doctor_proxy_wrong", proxy=shown, error=error.strerror or type(error).__name__)
            yield wrong(Subject.PROXY, what, said("doctor_proxy_remedy"))
            return
        yield fine(Subject.PROXY, said("doctor_proxy_ok", proxy=shown))
    yield from asyncio.run(_telegram(settings))


def _resolved(host: str, port: int) -> tuple[str, int]:
    """Return the address of `host`. Raises OSError."""
    where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][4]
    return str(where[0]), int(where[1])


async def _telegram(settings: Settings) -> list[Finding]:
    found: list[Finding] = []
    try:
        async with asyncio.timeout(2 * PATIENCE):
            ahead = await _reach(settings)
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        return [_unreached(error, settings)]
    found.append(fine(Subject.NETWORK, said("doctor_network_ok", host=_host(settings))))
    found.append(clock(ahead))
    token = settings.telegram_bot_token.get_secret_value() if settings.telegram_bot_token else ""
    patience = Timeouts(pool=PATIENCE, connect=PATIENCE, read=PATIENCE, write=PATIENCE)
    async with Api(token, settings.telegram_base_url, proxy=settings.proxy, timeouts=patience) as api:
        try:
            async with asyncio.timeout(2 * PATIENCE):
                told = await told_by_telegram(api)
        except (ConnectionError, TimeoutError) as error:
            what = said("doctor_token_unknown", error=hide(str(error), settings.secrets))
            return [*found, warning(Subject.TOKEN, what, said("doctor_again"))]
    if told is None:
        return [*found, wrong(Subject.TOKEN, said("doctor_token_refused"), said("doctor_token_refused_remedy"))]
    me, hook = told
    found.append(fine(Subject.TOKEN, said("doctor_token_ok", name=str(me.get("username") or "?"))))
    found.append(webhook(hook, settings, time.time()))
    if settings.webhook_url and urlsplit(settings.webhook_url).scheme == "https":
        given = hook.get("has_custom_certificate") is True
        found.append(await asyncio.to_thread(certificate, settings.webhook_url, given=given))
    return found


def _host(settings: Settings) -> str:
    return urlsplit(settings.telegram_base_url).hostname or ""


async def _reach(settings: Settings) -> float | None:
    """Ask the server for its front page; return by how many seconds this clock is ahead of it, None: it names no time.

    Raises what aiohttp and the system raise.
    """
    proxy = settings.proxy
    connector: aiohttp.BaseConnector | None = None
    if proxy and proxy.startswith("socks"):
        connector, proxy = through_socks(proxy, 1), None
    limits = aiohttp.ClientTimeout(total=2 * PATIENCE, sock_connect=PATIENCE, sock_read=PATIENCE)
    async with (
        aiohttp.ClientSession(connector=connector, timeout=limits) as session,
        session.get(settings.telegram_base_url, proxy=proxy, allow_redirects=False) as response,
    ):
        named = response.headers.get("Date", "")
    try:
        return time.time() - email.utils.parsedate_to_datetime(named).timestamp()
    except (TypeError, ValueError):
        return None


def _unreached(error: Exception, settings: Settings) -> Finding:
    host = _host(settings)
    if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError):
        what = said("doctor_network_tls", host=host, error=type(error).__name__)
        return wrong(Subject.NETWORK, what, said("doctor_network_tls_remedy"))
    reason = error.strerror if isinstance(error, OSError) else None
    what = said("doctor_network_wrong", host=host, error=reason or type(error).__name__)
    return wrong(Subject.NETWORK, what, said("doctor_network_remedy"))


def clock(ahead: float | None) -> Finding:
    """Return what to say of a clock that is `ahead` by these seconds; None: there was nothing to compare with."""
    now = dt.datetime.now(CITY_TIME).strftime("%Y-%m-%d %H:%M")
    if ahead is None:
        return warning(Subject.CLOCK, said("doctor_clock_unknown", now=now), said("doctor_clock_look"))
    if abs(ahead) < OFF:
        return fine(Subject.CLOCK, said("doctor_clock_ok", now=now))
    what = said("doctor_clock_off", now=now, seconds=round(abs(ahead)))
    if abs(abs(ahead) - _ZONE) < FAR_OFF:
        return wrong(Subject.CLOCK, what, said("doctor_clock_zone_remedy"))
    return (wrong if abs(ahead) >= FAR_OFF else warning)(Subject.CLOCK, what, said("doctor_clock_remedy"))


def webhook(told: dict[str, object], settings: Settings, now: float) -> Finding:
    """Return what to say of `told`, Telegram's answer to getWebhookInfo, at `now` in seconds since 1970."""
    url, wanted = str(told.get("url") or ""), settings.webhook_url
    host = urlsplit(url).hostname or "-"
    if wanted is None:
        if url:
            what = said("doctor_webhook_foreign", host=host)
            return warning(Subject.WEBHOOK, what, said("doctor_webhook_foreign_remedy"))
        return fine(Subject.WEBHOOK, said("doctor_webhook_polling"))
    port = urlsplit(wanted).port
    if port and port not in _PORTS and urlsplit(wanted).scheme == "https":
        return wrong(Subject.WEBHOOK, said("doctor_webhook_port", port=port), said("doctor_webhook_port_remedy"))
    if url != wanted:
        what = said("doctor_webhook_other", host=host)
        return warning(Subject.WEBHOOK, what, said("doctor_webhook_other_remedy"))
    return _delivered(told, settings, now)


def _delivered(told: dict[str, object], settings: Settings, now: float) -> Finding:
    """Return how deliveries to our own webhook go."""
    waits, failed_at = told.get("pending_update_count"), told.get("last_error_date")
    count = waits if isinstance(waits, int) else 0
    if isinstance(failed_at, int) and now - failed_at < RECENT:
        reason = hide(str(told.get("last_error_message") or "?"), settings.secrets)
        what = said("doctor_webhook_error", error=reason, minutes=round((now - failed_at) / 60))
        return wrong(Subject.WEBHOOK, what, said("doctor_webhook_error_remedy"))
    if count > WAITING:
        return warning(Subject.WEBHOOK, said("doctor_webhook_waits", count=count), said("doctor_webhook_waits_remedy"))
    return fine(Subject.WEBHOOK, said("doctor_webhook_ok", count=count))


def certificate(url: str, *, given: bool = False) -> Finding:
    """Return whether Telegram accepts the certificate that stands at `url`; `given`: it was handed one of its own."""
    host, port = urlsplit(url).hostname or "", urlsplit(url).port or 443
    try:
        with (
            socket.create_connection((host, port), PATIENCE) as plain,
            closing(ssl.create_default_context().wrap_socket(plain, server_hostname=host)) as connection,
        ):
            shown = connection.getpeercert() or {}
    except ssl.SSLCertVerificationError as error:
        if given:
            return fine(Subject.CERTIFICATE, said("doctor_certificate_given"))
        what = said("doctor_certificate_wrong", host=host, error=error.verify_message)
        return wrong(Subject.CERTIFICATE, what, said("doctor_certificate_remedy"))
    except OSError as error:  # from here the public address need not be reachable
        what = said("doctor_certificate_unseen", host=host, error=error.strerror or type(error).__name__)
        return warning(Subject.CERTIFICATE, what, said("doctor_certificate_unseen_remedy", host=host))
    days = int((ssl.cert_time_to_seconds(str(shown.get("notAfter"))) - time.time()) // 86_400)
    what = said("doctor_certificate_days", host=host, days=days)
    if days < DAYS_LEFT:
        return warning(Subject.CERTIFICATE, what, said("doctor_certificate_renew"))
    return fine(Subject.CERTIFICATE, what)
