"""How gunicorn serves the app: settings from the environment, one loaded copy that all workers share."""

from typing import Any

from webapp.settings import read_settings

_settings = read_settings()

bind = f"{_settings['HOST']}:{_settings['PORT']}"
workers = _settings["WORKERS"]
preload_app = True
control_socket_disable = True
timeout = 30


def when_ready(server: Any) -> None:
    """Answer the first pages once before the workers fork, so that no reader waits for a cold start."""
    app = server.app.wsgi()
    with app.test_client() as client:
        for path in ("/", "/en/", "/gazetteer.json"):
            client.get(path)
    server.log.info("Open http://%s in a browser.", bind)
