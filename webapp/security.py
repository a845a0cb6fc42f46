"""Headers on every answer, static files and errors included: nothing loads from elsewhere, nothing inline runs but what
a page names by its hash. They are set at the WSGI door, so that no answer can leave without them.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

POLICY = (
    "default-src 'none'; script-src 'self'{hashes}; style-src 'self'; font-src 'self'; img-src 'self' data:{images}; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors {frames}"
)

FOR_EVERYONE = ("/api", "/ogc", "/en/ogc", "/geometry", "/download", "/en/download")
"""Where addresses begin whose answers pages of other sites may load."""

YEAR_S = 31_536_000

FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""Headers that are the same on every answer."""


def policy(*inline_scripts: str, images: str = "", frames: str = "") -> str:
    """The content security policy of a page with these inline scripts, with images from one other origin if any, and
    for frames of these other origins, divided by spaces, if any."""
    digests = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in inline_scripts]
    hashes = "".join(f" 'sha256-{digest}'" for digest in digests)
    return POLICY.format(hashes=hashes, images=f" {images}" if images else "", frames=frames or "'none'")


def init_app(app: Flask) -> None:
    """Set the headers on all that leaves, and believe as many proxies as there are. Call after what serves files."""
    app.config["SECRET_KEY"] = app.config["SECRET_KEY"] or secrets.token_hex(32)
    wsgi: WSGIApplication = _Hardened(app.wsgi_app)
    proxies = app.config["TRUSTED_PROXIES"]
    if proxies:
        # The host is the browser's own, which proxies hand on; a forwarded one is anybody's word.
        wsgi = ProxyFix(wsgi, x_for=proxies, x_proto=proxies, x_host=0, x_port=0, x_prefix=0)
    app.wsgi_app = wsgi  # type: ignore[method-assign, assignment]


class _Hardened:
    """A WSGI application whose answers all carry the headers; a header that an answer has already is left alone."""

    def __init__(self, inner: WSGIApplication) -> None:
        self._inner = inner

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            own = [(name, _at_home(value) if name.lower() == "location" else value) for name, value in headers]
            present = {name.lower() for name, _value in own}
            more_headers = [row for row in headers_for(environ).items() if row[0].lower() not in present]
            return start_response(status, own + more_headers, *more)

        return self._inner(environ, start)


def _at_home(location: str) -> str:
    """A redirect as a path: all of ours stay here, whatever host the request named."""
    parts = urlsplit(location)
    return parts._replace(scheme="", netloc="", path="/" + parts.path.lstrip("/\\")).geturl()


def headers_for(environ: WSGIEnvironment) -> dict[str, str]:
    """The headers that an answer to this request must have."""
    shared = str(environ.get("PATH_INFO", "")).startswith(FOR_EVERYONE)
    headers = {
        **FIXED,
        "Content-Security-Policy": policy(),
        "Cross-Origin-Resource-Policy": "cross-origin" if shared else "same-origin",
    }
    if environ.get("wsgi.url_scheme") == "https":
        headers["Strict-Transport-Security"] = f"max-age={YEAR_S}; includeSubDomains"
    return headers
