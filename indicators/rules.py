"""Rules between cells of the tables of numbers: what no single column can show.

Each function looks at one table beside those it depends on and notes every row that breaks its rule. A cell that is
already faulty by itself (no number, unknown indicator) is left to the rule of its column and not reported twice.
"""

from __future__ import annotations

from functools import partial
from itertools import pairwise

import pandas as pd

from boundaries.problems import nearest_hint
from boundaries.tables import Findings, Frames
from indicators.goal_rules import GOAL_RULES, check_goals
from indicators.intake.thresholds import RULES as THRESHOLD_RULES
from indicators.intake.thresholds import check_thresholds
from indicators.periods import FORMS, is_period
from indicators.schema import NUMBERS, TRAINING

CODE_UNITS = ("code", "status")
"""Units of coded statuses, which are no quantity."""

RULES = {
    "area": "The code exists in the edition of its row; a goal names areas that exist.",
    "level": "The indicator is defined at this level.",
    "kind": "The indicator has a meaning for this kind of unit.",
    "stratum": "The indicator has this stratum.",
    "period": "The period is YYYY, YYYY-MM or YYYY-MM-DD and such a day exists.",
    "range": "value_high is there for a range and only then, and is greater than value.",
    "word": "A code of a status indicator has its word in value_labels.",
    "sense": "Counts are whole and not negative; rates and levels are not negative.",
    "position": "No two rows have the same position.",
    "words": "A status indicator has words in value_labels, others have none.",
    "weight": "A weighted mean names its weight, other aggregations have none.",
    "limits": "Class limits rise; a status indicator has none.",
    "training": "Made-up figures come from the source `training` alone, and no real one is among them.",
    "unit": "Statuses have no measured unit, counts are not in per cent, growth is; a goal is in its indicator's unit.",
    "locator": "An indicator of the resolution says where it stands there; a number of the appendix, only those of it.",
    **THRESHOLD_RULES,
    **GOAL_RULES,
}


def check_rules(text: Frames, typed: Frames, areas: pd.DataFrame, findings: Findings, kind: str = "real") -> None:
    """Apply all rules. `text` and `typed` are the tables of numbers, `areas` the table of areas as text; `kind` is that
    of the store they are meant for."""
    catalogue = text["indicators"].drop_duplicates("id").set_index("id")
    _check_catalogue(text, findings)
    _check_breaks(text["breaks"], catalogue, findings)
    check_thresholds(text["plausibility"], typed["plausibility"], text["indicators"], findings)
    known = catalogue.assign(unit=catalogue["unit"].where(catalogue["unit"].isin(text["units"]["id"]), ""))
    check_goals(text["goals"], typed["goals"], known, areas, findings)
    astray = (text["sources"]["id"] == TRAINING) != (kind == TRAINING)
    findings.add(NUMBERS["sources"], text["sources"], astray, "id", "training", RULES["training"])
    observations = _beside(text["observations"], catalogue, areas)
    _check_places(observations, areas, findings)
    _check_periods(observations, findings)
    _check_values(observations, typed["observations"], text["value_labels"], findings)


def _beside(observations: pd.DataFrame, catalogue: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    """The observations, each with what is known of its indicator and area; "" where one does not exist."""
    known = catalogue[["measure", "strata", "levels", "area_types"]]
    places = areas.drop_duplicates(["edition", "code"]).set_index(["edition", "code"])[["level", "type"]]
    frame = observations.join(known, on="indicator").join(places, on=["edition", "area_code"])
    return frame.fillna("")


def _check_catalogue(text: Frames, findings: Findings) -> None:
    for name in ("themes", "indicators"):
        taken = text[name]["position"].duplicated()
        findings.add(NUMBERS[name], text[name], taken, "position", "position", RULES["position"])
    table, frame = NUMBERS["indicators"], text["indicators"]
    weighted = frame["aggregation"] == "weighted_mean"
    findings.add(table, frame, weighted != (frame["weight"] != ""), "weight", "weight", RULES["weight"])
    labelled = set(text["value_labels"]["indicator"])
    wordless = (frame["measure"] == "status") != frame["id"].isin(labelled)
    findings.add(table, frame, wordless, "measure", "words", RULES["words"])
    _check_resolution(frame, findings)


def _check_resolution(frame: pd.DataFrame, findings: Findings) -> None:
    """Units that fit what is measured, and places in the resolution for whatever is said to be of it."""
    table, measure, unit = NUMBERS["indicators"], frame["measure"], frame["unit"]
    misfit = ((measure == "status") != unit.isin(CODE_UNITS)) | ((measure == "growth") & (unit != "%"))
    findings.add(table, frame, misfit | ((measure == "count") & (unit == "%")), "unit", "unit", RULES["unit"])
    stated = frame["tier"].isin(("appendix", "body"))
    findings.add(table, frame, stated & (frame["resolution_ref"] == ""), "resolution_ref", "locator", RULES["locator"])
    numbered = (frame["tier"] == "appendix") != (frame["appendix_no"] != "")
    findings.add(table, frame, numbered, "appendix_no", "locator", RULES["locator"])


def _check_breaks(breaks: pd.DataFrame, catalogue: pd.DataFrame, findings: Findings) -> None:
    table, frame = NUMBERS["breaks"], breaks.join(catalogue[["measure", "levels"]], on="indicator").fillna("")
    falling = frame["limits"].map(lambda limits: not _rises(limits))
    findings.add(table, frame, falling | (frame["measure"] == "status"), "limits", "limits", RULES["limits"])
    astray = _outside(frame["level"], frame["levels"])
    findings.add(table, frame, astray, "level", "level", RULES["level"])


def _rises(limits: str) -> bool:
    try:
        numbers = [float(limit) for limit in limits.split(",")]
    except ValueError:
        return True  # the form of the cell is another rule's matter
    return all(low < high for low, high in pairwise(numbers))


def _check_places(frame: pd.DataFrame, areas: pd.DataFrame, findings: Findings) -> None:
    table = NUMBERS["observations"]
    codes = areas.groupby("edition")["code"].agg(set).to_dict()
    for edition, known in codes.items():
        astray = (frame["edition"] == edition) & (frame["level"] == "")
        findings.add(table, frame, astray, "area_code", "area", partial(_area_hint, edition, known))
    placed = (frame["level"] != "") & (frame["levels"] != "")
    off_level = placed & _outside(frame["level"], frame["levels"])
    findings.add(table, frame, off_level, "area_code", "level", RULES["level"])
    limited = placed & ~off_level & (frame["area_types"] != "") & (frame["level"] != "city")
    off_kind = limited & _outside(frame["type"], frame["area_types"])
    findings.add(table, frame, off_kind, "area_code", "kind", RULES["kind"])
    off_stratum = (frame["strata"] != "") & _outside(frame["stratum"], frame["strata"])
    findings.add(table, frame, off_stratum, "stratum", "stratum", RULES["stratum"])


def _area_hint(edition: str, known: set[str], code: str) -> str:
    return f"Edition {edition} has no {code!r}. {nearest_hint(code, known)}"


def _outside(words: pd.Series[str], lists: pd.Series[str]) -> pd.Series[bool]:
    """Whether a word is missing from the comma list beside it."""
    outside = [word not in listed.split(",") for word, listed in zip(words, lists, strict=True)]
    return pd.Series(outside, index=words.index, dtype=bool)


def _check_periods(frame: pd.DataFrame, findings: Findings) -> None:
    sound = {period: is_period(period) for period in frame["period"].unique()}
    hint = f"Forms: {', '.join(FORMS)}."
    findings.add(NUMBERS["observations"], frame, ~frame["period"].map(sound).astype(bool), "period", "period", hint)


def _check_values(frame: pd.DataFrame, typed: pd.DataFrame, labels: pd.DataFrame, findings: Findings) -> None:
    table, value, high = NUMBERS["observations"], typed["value"], typed["value_high"]
    ranged = frame["qualifier"] == "range"
    findings.add(
        table, frame, (ranged != (frame["value_high"] != "")) | (high <= value), "value_high", "range", RULES["range"]
    )
    coded = (frame["measure"] == "status") & value.notna()
    words = set(zip(labels["indicator"], labels["value"], strict=True))
    unnamed = [key not in words for key in zip(frame["indicator"], frame["value"], strict=True)]
    findings.add(table, frame, coded & pd.Series(unnamed, frame.index), "value", "word", RULES["word"])
    whole = (frame["measure"] != "count") | (value % 1 == 0)
    positive = ~frame["measure"].isin(("count", "rate", "level")) | (value >= 0)
    findings.add(table, frame, value.notna() & ~(whole & positive), "value", "sense", RULES["sense"])
