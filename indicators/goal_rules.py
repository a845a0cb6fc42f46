"""Rules between cells of the table of goals: what must hold so that a figure can be judged by a row.

A row that breaks one of them would make a goal that nothing can meet, that binds nobody, or that says the opposite of
what its indicator calls better. Such a row never reaches the store, so that judging needs no second look.
"""

from __future__ import annotations

import pandas as pd

from boundaries.tables import Findings
from indicators.goals import GOALS
from indicators.targets import BASES, OPERATORS

GOAL_RULES = {
    "scope": "A goal is for a stratum that its indicator has, or for districts where it is defined for districts.",
    "bounds": "The goal has the bounds that its operator needs, and no others, the lower one first.",
    "direction": "A goal's indicator has a direction, and the operator asks for no movement the other way.",
    "base": "Only changes are counted from a base.",
    "repeat": "A repetition has the operator and numbers of the goal that counts in the place that it names.",
    "reason": "A goal has an indicator, or else the reason why nothing measures it.",
    "due": "A goal is due in its year, and figures say something about it from that year at the latest.",
}

POINTS = "percentage points"
CHANGES = ("increase_by", "decrease_by")


def check_goals(
    text: pd.DataFrame, typed: pd.DataFrame, catalogue: pd.DataFrame, areas: pd.DataFrame, findings: Findings
) -> None:
    """Apply all rules of goals. `catalogue` is the table of indicators by id, `areas` that of areas, both as text."""
    measured = catalogue[["strata", "levels", "direction", "unit"]].rename(columns={"unit": "unit_measured"})
    frame = text.join(measured, on="indicator")
    _check_scopes(frame, findings)
    _check_directions(frame, findings)
    _check_units(frame, findings)
    _check_bounds(text, typed, findings)
    _check_areas(frame, areas, findings)
    _check_repetitions(text, findings)
    _check_dates(text, typed, findings)
    lacking = (text["indicator"] == "") == (text["reason_vi"] == "")
    findings.add(GOALS, text, lacking, "indicator", "reason", GOAL_RULES["reason"])


def _check_scopes(frame: pd.DataFrame, findings: Findings) -> None:
    needs = frame["scope"].map({"urban": "urban", "rural": "rural", "each_district": "district"})
    has = (frame["strata"] + "," + frame["levels"]).fillna("")
    astray = [
        bool(listed) and word == word and word not in listed.split(",") for word, listed in zip(needs, has, strict=True)
    ]
    findings.add(GOALS, frame, pd.Series(astray, frame.index, dtype=bool), "scope", "scope", GOAL_RULES["scope"])


def _check_directions(frame: pd.DataFrame, findings: Findings) -> None:
    along = frame["operator"].map({name: rule.along for name, rule in OPERATORS.items()}).fillna("")
    direction = frame["direction"].fillna("")
    against = (along != "") & (direction != along) & (direction != "within")
    astray = (direction != "") & ((direction == "none") | against)
    findings.add(GOALS, frame, astray, "operator", "direction", GOAL_RULES["direction"])


def _check_units(frame: pd.DataFrame, findings: Findings) -> None:
    """A change is in the unit, in points where the unit is per cent, or in per cent of the base."""
    measured, change = frame["unit_measured"].fillna(""), frame["operator"].isin(CHANGES)
    fits = (frame["unit"] == measured) | (change & (frame["unit"] == "%"))
    fits |= change & (measured == "%") & (frame["unit"] == POINTS)
    hint = "The goal is in the unit of its indicator; a change may be in % of the base, of a share in points."
    findings.add(GOALS, frame, (measured != "") & ~fits, "unit", "unit", hint)
    based = (frame["base"] != "") & ~change & frame["operator"].isin(OPERATORS) & frame["base"].isin(BASES)
    findings.add(GOALS, frame, based, "base", "base", GOAL_RULES["base"])


def _check_bounds(text: pd.DataFrame, typed: pd.DataFrame, findings: Findings) -> None:
    for operator, rule in OPERATORS.items():
        of_operator = text["operator"] == operator
        for bound in ("low", "high"):
            given = text[bound] != ""
            lacking = of_operator & ~given if bound in rule.needs else False
            surplus = of_operator & given if bound not in (*rule.needs, *rule.may) else False
            hint = (
                f"{operator} needs {' and '.join(rule.needs) or 'none'}; may have {' and '.join(rule.may) or 'none'}."
            )
            findings.add(GOALS, text, pd.Series(lacking | surplus, text.index), bound, "bounds", hint)
    alone = text["operator"].isin(CHANGES) & (text["high"] != "") & (text["low"] == "")
    backwards = typed["low"] >= typed["high"]
    findings.add(GOALS, text, alone | backwards, "high", "bounds", GOAL_RULES["bounds"])


def _check_areas(frame: pd.DataFrame, areas: pd.DataFrame, findings: Findings) -> None:
    level = dict(zip(areas["edition"] + "/" + areas["code"], areas["level"], strict=True))
    named = frame["areas"].str.split()
    astray = named.map(lambda keys: not all(key in level for key in keys))
    hint = "Write edition/code of units that the table of areas has, with spaces between."
    findings.add(GOALS, frame, astray, "areas", "area", hint)
    defined = frame["levels"].fillna("").str.split(",")
    off_level = [has != [""] and any(level.get(key, has[0]) not in has for key in keys)
                 for keys, has in zip(named, defined, strict=True)]  # fmt: skip
    hint = "The indicator is not defined at the level of an area that the goal names."
    findings.add(GOALS, frame, pd.Series(off_level, frame.index, dtype=bool), "areas", "level", hint)


def _check_repetitions(text: pd.DataFrame, findings: Findings) -> None:
    same = ["indicator", "scope", "operator", "low", "high", "unit", "base", "year", "due", "timing", "since", "areas"]
    counting = text[text["repeats"] == ""]
    originals = set(counting[["version", "locator", *same]].itertuples(index=False, name=None))
    repeated = text[["version", "repeats", *same]].itertuples(index=False, name=None)
    astray = [bool(row[1]) and row not in originals for row in repeated]
    findings.add(GOALS, text, pd.Series(astray, text.index, dtype=bool), "repeats", "repeat", GOAL_RULES["repeat"])


def _check_dates(text: pd.DataFrame, typed: pd.DataFrame, findings: Findings) -> None:
    dated = typed["due"].notna() & typed["year"].notna()
    due_year = typed["due"].map(lambda day: day.year, na_action="ignore")
    findings.add(GOALS, text, dated & (due_year != typed["year"]).fillna(False), "due", "due", GOAL_RULES["due"])
    late = (typed["since"] > typed["year"]).fillna(False)
    findings.add(GOALS, text, late, "since", "due", GOAL_RULES["due"])
