"""Who may not come in does not: links work once, cookies are needed, forms and hosts must be our own."""

from __future__ import annotations

import io

import pytest

from bot.channels.admin_page.guard import COOKIE, LARGEST
from bot.channels.admin_page.login import EACH, IDLE, LINK, LONGEST, MOST, Logins, Person
from tests.bot.channels.admin_page.conftest import EDITOR, OWNER, Site, Visitor

PAGES = ("/", "/?new", "/intents", "/intents/dibao.apply", "/due", "/places", "/versions", "/versions/v0001")
OWNERS = ("/statistics", "/chart.svg", "/audit", "/contacts", "/contacts.csv")


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_a_link_works_once_and_not_for_long() -> None:
    clock = Clock()
    logins = Logins(clock)
    link = logins.link(OWNER)
    key = logins.opened(link)
    assert key
    assert logins.opened(link) is None
    assert logins.opened("") is None
    late = logins.link(OWNER)
    clock.now += LINK
    assert logins.opened(late) is None
    session = logins.session(key)
    assert session
    assert session.person == OWNER
    assert logins.session(link) is None
    assert logins.session(session.token) is None


def test_a_session_ends_by_itself_and_by_leaving() -> None:
    clock = Clock()
    logins = Logins(clock)
    idle, busy, left = (logins.opened(logins.link(OWNER)) or "" for _ in range(3))
    logins.end(left)
    assert logins.session(left) is None
    for _ in range(int(LONGEST / IDLE * 2) - 1):
        clock.now += IDLE / 2
        assert logins.session(busy)
    assert logins.session(idle) is None
    clock.now += IDLE / 2
    assert logins.session(busy) is None, "however busy"


def test_links_and_sessions_are_few_and_nobody_uses_up_those_of_others() -> None:
    logins = Logins(Clock())
    first = logins.opened(logins.link(EDITOR))
    mine = [logins.link(OWNER) for _ in range(EACH + 5)]
    assert [link for link in mine if logins.opened(link)] == mine[-EACH:]
    for _ in range(EACH + 5):
        last = logins.opened(logins.link(OWNER))
    assert logins.session(first or ""), "another's stays"
    assert logins.session(last or "")
    for number in range(3 * MOST):
        logins.opened(logins.link(Person(number, "editor", str(number))))
        logins.link(Person(number, "editor", str(number)))
    assert len(logins._sessions) == len(logins._links) == MOST


async def test_without_a_session_nothing_is_shown_and_nothing_done(visitor: Visitor, site: Site) -> None:
    for path in (*PAGES, *OWNERS, "/acts/1", "/trials/1", "/nothing"):
        await visitor.get(path)
        assert visitor.path == "/login", path
        assert "火星" not in visitor.text
    for path in ("/groups/2", "/intents/dibao.apply", "/contacts", "/versions/v0001", "/acts/1", "/logout"):
        await visitor.post(path, do="ignore")
        assert visitor.path == "/login", path
    answer = await visitor.http.get(site.url + "/", headers={"Cookie": f"{COOKIE}={'x' * 43}"}, allow_redirects=False)
    assert answer.status == 303
    assert len(site.ground.opinions.acts) == 0


async def test_a_link_is_not_used_up_by_looking_and_is_by_entering(visitor: Visitor, site: Site) -> None:
    link = site.door.link(OWNER).removeprefix(site.url)
    for _ in range(3):
        assert "进入" in await visitor.get(link)
    key = visitor.hidden("key")
    answer = await visitor.http.post(f"{site.url}/login", data={"key": key}, allow_redirects=False)
    cookie = answer.headers["Set-Cookie"]
    assert answer.status == 303
    for word in ("HttpOnly", "SameSite=Strict", "Path=/", "Max-Age"):
        assert word in cookie
    assert key not in cookie
    again = await visitor.post("/login", key=key)
    assert visitor.status == 403
    assert "用过了" in again
    assert "没答上来的" in await visitor.get("/"), "who is in stays in"


async def test_forms_of_other_pages_are_refused(owner: Visitor, site: Site) -> None:
    await owner.get("/")
    token, url = owner.hidden("csrf"), f"{site.url}/groups/3"
    for fields, headers in (
        ({}, {}),
        ({"csrf": ""}, {}),
        ({"csrf": token[:-1]}, {}),
        ({"csrf": "长"}, {}),
        ({"csrf": token}, {"Origin": "https://evil.example"}),
        ({"csrf": token}, {"Origin": "null"}),
        ({"csrf": token}, {"Sec-Fetch-Site": "cross-site"}),
        ({"csrf": token}, {"Sec-Fetch-Site": "same-site"}),
        ({"csrf": token}, {"Host": "evil.example"}),
    ):
        answer = await owner.http.post(url, data={**fields, "do": "ignore"}, headers=headers)
        assert answer.status == 403, (fields, headers)
    assert len(site.ground.opinions.acts) == 0
    assert "高铁" in await owner.get("/"), "nothing came of it"


async def test_other_hosts_names_and_large_forms_are_refused(owner: Visitor, site: Site) -> None:
    for host in ("evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", ""):
        answer = await owner.http.get(site.url + "/", headers={"Host": host})
        assert answer.status in (400, 403), host
    port = site.url.rpartition(":")[2]
    assert (await owner.http.get(site.url + "/", headers={"Host": f"localhost:{port}"})).status == 200
    large, kind = io.BytesIO(b"csrf=x&answer=" + b"a" * LARGEST), {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await owner.http.post(f"{site.url}/intents/dibao.apply", data=large, headers=kind)
    assert answer.status == 413


async def test_every_answer_forbids_scripts_frames_and_caches(owner: Visitor, visitor: Visitor, site: Site) -> None:
    for who, paths in ((owner, (*PAGES, *OWNERS, "/style.css", "/nothing")), (visitor, ("/login", "/"))):
        for path in paths:
            answer = await who.http.get(site.url + path, allow_redirects=False)
            policy = answer.headers["Content-Security-Policy"]
            assert policy.startswith("default-src 'none'"), path
            assert "script-src" not in policy
            assert answer.headers["Cache-Control"] == "no-store"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert "aiohttp" not in answer.headers["Server"].lower()
            text = await answer.text()
            assert "<script" not in text
            assert path == "/chart.svg" or " style=" not in text, path


async def test_an_editor_has_what_an_editor_has_in_telegram(editor: Visitor, owner: Visitor) -> None:
    for path in PAGES:
        await editor.get(path)
        assert editor.status == 200, path
        assert "/audit" not in editor.text
    for path in OWNERS:
        await editor.get(path)
        assert editor.status == 403, path
    for path in ("/versions/v0001", "/contacts"):
        await editor.get("/")
        await editor.post(path, csrf=editor.hidden("csrf"))
        assert editor.status == 403, path
    for path in (*PAGES, *OWNERS):
        await owner.get(path)
        assert owner.status == 200, path


@pytest.mark.parametrize(
    "path",
    [
        *("/intents/dibao.nothing", "/intents/..%2f..%2fplaces", "/groups/99", "/groups/x", "/groups/" + "9" * 30),
        *("/versions/v9999", "/versions/..%2f..", "/acts/5", "/trials/5", "/groups/3?target=out_of_scope.nothing"),
    ],
)
async def test_addresses_that_name_nothing_are_not_found(owner: Visitor, path: str) -> None:
    await owner.get(path)
    assert owner.status == 404


async def test_leaving_ends_the_session(owner: Visitor) -> None:
    await owner.get("/")
    await owner.send("/logout", "")
    assert owner.path == "/login"
    await owner.get("/")
    assert owner.path == "/login"
