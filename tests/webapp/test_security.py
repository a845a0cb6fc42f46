"""What every answer carries, what no address takes, and what the service does not start with."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from boundaries.layers import read_editions
from tests.webapp.asked import address_of, rules
from webapp import assets, create_app
from webapp.security import FIXED, policy
from webapp.settings import BadSetting, read_settings

SECRET = "a" * 32
ANYWHERE = "0.0.0.0"  # noqa: S104 - what is refused
EVERYWHERE = {*FIXED, "Content-Security-Policy", "Cross-Origin-Resource-Policy"}


@pytest.fixture(scope="module")
def public(app: Flask) -> Iterator[Flask]:
    """The service as it runs: errors are answered, not raised."""
    served = create_app({"DATABASE_URL": app.config["DATABASE_URL"]})
    yield served
    served.extensions["engine"].dispose()


@pytest.fixture
def asker(public: Flask) -> FlaskClient:
    """A client of that service."""
    return public.test_client()


def check(answer: TestResponse, status: int, where: str) -> None:
    """An answer with that status and all headers, without a cookie and without a word of the inside."""
    assert answer.status_code == status, f"{where}: {answer.status_code}"
    for name in EVERYWHERE:
        assert len(answer.headers.getlist(name)) == 1, f"{where}: {name}"
    for name, value in FIXED.items():
        assert answer.headers[name] == value, where
    directives = answer.headers["Content-Security-Policy"].split("; ")
    assert {"default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"} <= set(
        directives
    ), where
    assert not re.search(r"unsafe|\*|https?:(?!//)", answer.headers["Content-Security-Policy"]), where
    assert "Set-Cookie" not in answer.headers, where
    if status >= 400:
        assert answer.headers["Cache-Control"] == "no-store", where
        assert not re.search(rb"Traceback|\.py\b|sqlite|SELECT", answer.data), where


def not_found(app: Flask) -> list[str]:
    """For every rule an address that nothing answers."""
    addresses = []
    for rule in rules(app):
        free = rule.arguments - (rule.defaults or {}).keys()
        if free and "download" not in rule.rule:
            addresses.append(address_of(app, rule, **dict.fromkeys(free, "khong-co")))
    return addresses


def test_every_answer_of_every_route_has_the_headers(public: Flask, asker: FlaskClient) -> None:
    """200, and 304 where the answer can be asked for again."""
    for rule in rules(public):
        where = address_of(public, rule)
        answer = asker.get(where)
        check(answer, 200, where)
        tag = answer.headers.get("ETag")
        if tag is None:
            assert re.search("no-store|immutable", answer.headers["Cache-Control"]), where
        else:
            check(asker.get(where, headers={"If-None-Match": tag}), 304, where)


def test_every_refusal_of_every_route_has_the_headers(public: Flask, asker: FlaskClient) -> None:
    for rule in rules(public):
        where = address_of(public, rule)
        bare = where.partition("?")[0]
        check(asker.get(f"{bare}?a=1&a=2"), 400, where)
        check(asker.get(f"{bare}?{'a' * 4000}"), 414, where)
        for method in ("POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"):
            answer = asker.open(bare, method=method)
            check(answer, 405, f"{method} {where}")
            assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}, where
        check(asker.open(bare, method="POST", data=b"1"), 413, where)
        check(asker.get(bare, data=b"1"), 413, where)
        check(asker.get(bare, headers={"Transfer-Encoding": "chunked"}), 413, where)
    for where in [*not_found(public), "/khong-co", "/api/v1/khong-co", "/ogc/khong-co", "/static/khong-co.js"]:
        check(asker.get(where), 404, where)


def test_an_error_of_every_route_has_the_headers_and_says_nothing_of_the_inside(
    public: Flask, asker: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_parts: str) -> None:
        raise RuntimeError("secret of webapp/inside.py")

    for rule in rules(public):
        monkeypatch.setitem(public.view_functions, rule.endpoint, fail)
        answer = asker.get(address_of(public, rule))
        check(answer, 500, rule.rule)
        assert b"secret" not in answer.data


def test_the_check_of_headers_bites(public: Flask, asker: FlaskClient) -> None:
    """A cookie, a policy that lets inline scripts run, a header left out: each is noticed."""
    answer = asker.get("/about")
    for name, value in (
        ("Set-Cookie", "a=1"), ("Content-Security-Policy", "script-src 'unsafe-inline'"), ("Referrer-Policy", ""),
    ):  # fmt: skip
        spoilt = asker.get("/about")
        spoilt.headers[name] = value
        with pytest.raises(AssertionError):
            check(spoilt, 200, "/about")
    check(answer, 200, "/about")


def test_static_files_have_the_headers_too(asker: FlaskClient) -> None:
    layer = str(read_editions()[0]["layer"])
    for address in (*map(assets.static, ("map.js", "site.css", "icon.svg")), assets.geometry(layer)):
        with asker.get(address) as answer:
            check(answer, 200, address)
            tag = answer.headers["ETag"]
        check(asker.get(address, headers={"If-None-Match": tag}), 304, address)
        check(asker.open("/geometry/khong-co.topojson", method="POST", data=b"1"), 413, address)


def test_an_error_without_a_store_is_still_a_page(tmp_path: Path) -> None:
    app = create_app({"DATABASE_URL": f"sqlite:///{tmp_path / 'none.db'}"})
    for where in ("/", "/khong-co", "/board"):
        answer = app.test_client().get(where)
        assert answer.status_code in (404, 500, 503)
        check(answer, answer.status_code, where)
        assert answer.text.startswith("<!doctype html>")
    app.extensions["engine"].dispose()


def test_out_of_memory_is_a_503_with_a_time_to_come_back(
    public: Flask, asker: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise MemoryError

    monkeypatch.setitem(public.view_functions, "sources.about", fail)
    answer = asker.get("/about")
    check(answer, 503, "/about")
    assert int(answer.headers["Retry-After"]) > 0


def test_an_address_cannot_write_a_line_of_the_log(
    public: Flask, asker: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(indicator: str) -> None:
        raise RuntimeError

    monkeypatch.setitem(public.view_functions, "maps.show", fail)
    assert asker.get("/map/a%0aERROR%20made%20up").status_code == 400
    assert asker.get("/map/a%20ERROR").status_code == 500
    assert [record.getMessage() for record in caplog.records] == ["unexpected error at /map/a ERROR"]


def proxied(app: Flask, proxies: int) -> FlaskClient:
    """A client of the service behind so many proxies."""
    return create_app({"DATABASE_URL": app.config["DATABASE_URL"], "TRUSTED_PROXIES": proxies}).test_client()


def test_https_is_kept_for_a_year_where_a_trusted_proxy_says_so(app: Flask) -> None:
    forwarded = {"X-Forwarded-Proto": "https"}
    hsts = "Strict-Transport-Security"
    assert hsts not in proxied(app, 0).get("/healthz", headers=forwarded).headers
    answer = proxied(app, 1).get("/healthz", headers=forwarded)
    assert answer.headers[hsts] == "max-age=31536000; includeSubDomains"
    assert hsts not in proxied(app, 1).get("/healthz").headers


@pytest.mark.parametrize("proxies", [0, 1])
def test_no_answer_depends_on_a_host_that_a_client_made_up(public: Flask, proxies: int) -> None:
    """Neither in the body nor in a header, so that no cache can be filled with it; pages in each language by turns."""
    names = ("Host", "X-Forwarded-Host", "X-Forwarded-Server", "X-Host", "X-HTTP-Host-Override")
    headers = {**dict.fromkeys(names, "evil.example"), "Forwarded": "host=evil.example"}
    client = proxied(public, proxies)
    for rule in [rule for rule in rules(public) if rule.rule.startswith("/en") == bool(proxies)]:
        where = address_of(public, rule)
        answer = client.get(where, headers=headers)
        assert b"evil.example" not in answer.data, where
        assert "evil.example" not in str(answer.headers), where


@pytest.mark.parametrize("name", ["X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Prefix", "X-Script-Name"])
def test_a_header_cannot_change_which_page_is_served(asker: FlaskClient, name: str) -> None:
    plain = asker.get("/about")
    assert asker.get("/about", headers={name: "/board"}).data == plain.data


NOT_OURS = (
    "//evil.example", "//evil.example/en", "/\\evil.example", "/%2Fevil.example", "/%5Cevil.example",
    "/en//evil.example", "/..//evil.example", "/https:evil.example", "/areas/", "/ogc/", "/en",
    "/ogc?next=https://evil.example", "/?next=//evil.example",
)  # fmt: skip


@pytest.mark.parametrize("where", NOT_OURS)
def test_nothing_redirects_elsewhere(asker: FlaskClient, where: str) -> None:
    path, _, query = where.partition("?")
    environment = {"PATH_INFO": unquote(path), "RAW_URI": where, "REQUEST_URI": where, "QUERY_STRING": query}
    answer = asker.get("/", environ_overrides=environment, headers={"Host": "evil.example"})
    location = answer.headers.get("Location", "/")
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))


def test_a_redirect_keeps_to_the_host_that_was_asked(asker: FlaskClient) -> None:
    answer = asker.get("/en?a=1", headers={"Host": "evil.example"})
    assert answer.headers["Location"] == "/en/?a=1"
    check(answer, 308, "/en")


TRICKS = (
    "../settings.py", "..%2fsettings.py", "..%252fsettings.py", "%2e%2e/settings.py", "..\\settings.py",
    "..%5csettings.py", "\u2025/settings.py", "..\u2215settings.py", "..\uff0fsettings.py", "..%c0%afsettings.py",
    "a%00.css", "....//settings.py", "/etc/passwd", "file:///etc/passwd", "%2fetc%2fpasswd",
    "~root/.profile", "con", "settings.py;.css", ".", "%ff",
)  # fmt: skip


@pytest.mark.parametrize("trick", TRICKS)
def test_no_address_leads_out_of_its_folder(asker: FlaskClient, trick: str) -> None:
    built = assets.static("map.js").removesuffix("map.js")
    for folder in (
        "/",
        built,
        "/static/",
        "/geometry/",
        "/download/",
        "/areas/",
        "/areas/2024/",
        "/api/v1/areas/2024/",
    ):
        answer = asker.get(f"{folder}{trick}")
        assert answer.status_code in (301, 308, 400, 404), (folder, answer.status_code)
        assert b"SETTINGS" not in answer.data
        assert b"root:" not in answer.data


INJECTIONS = ("a\r\nSet-Cookie: x=1", "a%0d%0aSet-Cookie:%20x=1", "a\u560d\u560aSet-Cookie: x=1", 'a"; filename="x.exe')


@pytest.mark.parametrize("text", INJECTIONS)
def test_no_parameter_becomes_a_header(public: Flask, asker: FlaskClient, text: str) -> None:
    names = ("q", "indicator", "period", "lang", "areas", "f")
    for number, rule in enumerate(rules(public)[INJECTIONS.index(text) :: 2]):
        where, name = address_of(public, rule).partition("?")[0], names[number % len(names)]
        answer = asker.get(where, query_string={name: text})
        assert "Set-Cookie" not in answer.headers
        assert answer.status_code < 500, (where, name)
        assert "x.exe" not in answer.headers.get("Content-Disposition", "")


NUMBERS = (
    "9" * 400, "-1", "0", "1e999", "-1e999", "nan", "inf", "2147483648", "9223372036854775808", "0x10", "1_000",
    "٣", "１", "1.5", "+1", " 1", "", "00001", "-0", "9" * 19,
)  # fmt: skip


NUMBERED = ("limit", "offset", "bbox", "period", "year", "rebase", "as_of", "size", "v", "code")
"""Parameters that are numbers or look like one."""


def check_number(public: Flask, asker: FlaskClient, rule: Rule, name: str, number: str) -> None:
    """The rule answers or refuses the number, and does not fail at it."""
    where, _, question = address_of(public, rule).partition("?")
    asked = {key: value for key, _, value in (part.partition("=") for part in question.split("&")) if key}
    answer = asker.get(where, query_string={**asked, name: number})
    assert answer.status_code < 500, (where, name, number)


def test_no_number_is_too_large_or_too_odd(public: Flask, asker: FlaskClient) -> None:
    cases = list(product(rules(public), NUMBERED, NUMBERS))
    for rule, name, number in random.Random(9).sample(cases, 60):
        check_number(public, asker, rule, name, number)


@pytest.mark.soak
def test_no_number_at_all_is_too_large_or_too_odd(public: Flask, asker: FlaskClient) -> None:
    for rule, name, number in product(rules(public), NUMBERED, NUMBERS):
        check_number(public, asker, rule, name, number)


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_a_name_is_found_in_any_normal_form(asker: FlaskClient, form: str) -> None:
    answer = asker.get("/api/v1/search", query_string={"q": unicodedata.normalize(form, "Hoài Đức")})  # type: ignore[arg-type]
    assert answer.json
    assert {"Huyện Hoài Đức", "Xã Hoài Đức"} <= {area["name"] for area in answer.json["areas"]}


def test_letters_that_look_alike_are_not_taken_for_a_code(asker: FlaskClient) -> None:
    for code in ("２７４", "٢٧٤", "27４", "274\u200b", "274 ", "+274"):
        assert asker.get(f"/areas/2024/{code}").status_code == 404, code


REFUSED: tuple[tuple[dict[str, str], str], ...] = (
    ({"ENVIRONMENT": "production"}, "ENVIRONMENT=production needs SECRET_KEY"),
    ({"ENVIRONMENT": "production", "SECRET_KEY": SECRET, "FLASK_DEBUG": "1"}, "does not go with FLASK_DEBUG"),
    ({"HOST": ANYWHERE}, "HOST='0.0.0.0' lets other machines in and needs SECRET_KEY"),
    ({"HOST": "::"}, "needs SECRET_KEY"),
    ({"HOST": "192.0.2.1", "SECRET_KEY": SECRET, "FLASK_DEBUG": "true"}, "unset it"),
    ({"HOST": "maps.example"}, "needs SECRET_KEY"),
    ({"ENVIRONMENT": "production", "SECRET_KEY": "changeme"}, "SECRET_KEY=…: allowed is 32 characters or more"),
    ({"ENVIRONMENT": "prod"}, "allowed is production or development"),
)


@pytest.mark.parametrize(("environment", "reason"), REFUSED)
def test_the_service_does_not_start_open_to_others_without_a_key_or_with_debugging(
    environment: dict[str, str], reason: str
) -> None:
    with pytest.raises(BadSetting, match=re.escape(reason)):
        read_settings(environment)


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"FLASK_DEBUG": "1"},
        {"HOST": "::1"},
        {"HOST": "localhost"},
        {"HOST": ANYWHERE, "SECRET_KEY": SECRET},
        {"ENVIRONMENT": "production", "SECRET_KEY": SECRET, "FLASK_DEBUG": "0"},
    ],
)
def test_it_starts_on_the_machine_alone_without_setup_and_elsewhere_with_a_key(environment: dict[str, str]) -> None:
    assert read_settings(environment)["PORT"] == 8000


def test_no_message_tells_a_secret() -> None:
    with pytest.raises(BadSetting) as caught:
        read_settings({"SECRET_KEY": "hunter2", "DATABASE_URL": "mysql://u:hunter2@h/d", "REDIS_URL": "hunter2"})
    assert "hunter2" not in str(caught.value)


def test_the_policy_names_scripts_by_hash_and_one_origin_of_images() -> None:
    """The hash of `alert(1)` is openssl's."""
    made = policy("alert(1)", images="https://tiles.example")
    assert "script-src 'self' 'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='" in made
    assert "img-src 'self' data: https://tiles.example;" in made
