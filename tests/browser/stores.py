"""The service over training figures, for tests that need every page full."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from sqlalchemy.orm import Session

from indicators.training import load_training
from webapp import assets, create_app, db


def training_app(path: Path, **settings: str) -> Flask:
    """The app over a new store of training figures at `path`."""
    assets.build_assets()  # first: the app serves the files that it finds when it is made
    app = create_app({"TESTING": True, "DATABASE_URL": f"sqlite:///{path}", **settings})
    engine = app.extensions["engine"]
    db.migrate(engine)
    with Session(engine) as session:
        load_training(session)
    return app
