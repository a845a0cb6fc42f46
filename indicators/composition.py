"""Coded figures on another edition: not a converted value, but what each unit was made of.

No rule turns four communes of one title and one of another into the title of their union. What can be said of it, and
counted, is from how many units of which title it was formed, how many are unknown, and on how much of its land.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from boundaries.crosswalk import choose_weights, list_contributors
from indicators.contributions import NOT_APPLICABLE, NOT_COLLECTED, read_figures

COLUMNS = ["to_code", "value", "reason", "contributors", "whole", "share_area", "share_population"]
LANGUAGES = ("vi", "en")
FORMED = {
    "vi": "Hình thành từ {count} đơn vị cấp xã{parts}: {list}",
    "en": "Formed from {count} commune-level unit{plural}{parts}: {list}",
}
PARTS = {"vi": " ({count} chỉ một phần)", "en": " ({count} only in part)"}
GAPS = {
    NOT_COLLECTED: {"vi": "chưa rõ", "en": "unknown"},
    NOT_APPLICABLE: {"vi": "không áp dụng", "en": "not applicable"},
}


def compose(
    statuses: pd.DataFrame,
    crosswalk: pd.DataFrame,
    areas: pd.DataFrame,
    population: pd.Series[float] | None = None,
) -> pd.DataFrame:
    """From how many units of which value each target unit was formed.

    `statuses` is as `read_figures` takes it, for one period; `areas` lists all units: edition, code, area_km2;
    `population` is the people of the source units, by code.

    Shape: one row per target and value (or reason), highest value first, then unknown, then not applicable: `to_code`,
    `value` (NaN where there is none), `reason`, `contributors` (number of units), `whole` (of them those that came
    whole), `share_area` and `share_population` (of the target, 0 to 1). Targets without one contributor in `statuses`
    have no row, so that a map of communes does not list the city.
    Missing: `share_population` is NaN unless the people of every piece of the target are known.
    """
    figures = read_figures(statuses).drop(columns="period").set_index("area_code")
    parts = list_contributors(crosswalk, areas)
    parts = parts[parts["to_code"].isin(crosswalk.loc[crosswalk["from_code"].isin(figures.index), "to_code"])]
    parts = parts.join(figures[["value", "reason"]], on="from_code")
    parts["reason"] = parts["reason"].mask(parts["value"].isna() & parts["reason"].isna(), NOT_COLLECTED)
    parts["people"] = _people(parts, crosswalk, population)
    groups = parts.assign(key=parts["value"].fillna(-np.inf), reason=parts["reason"].fillna("")).groupby(
        ["to_code", "key", "reason"]
    )
    result = groups.agg(
        contributors=("from_code", "size"), whole=("whole", "sum"),
        share_area=("share_of_target", "sum"), people=("people", lambda people: people.sum(skipna=False)),
    ).reset_index()  # fmt: skip
    total = result.groupby("to_code")["people"].transform(lambda people: people.sum(skipna=False))
    result["share_population"] = result["people"] / total.mask(total == 0)
    result["value"] = result["key"].mask(result["reason"] != "")
    order = result.sort_values(["to_code", "key", "reason"], ascending=[True, False, False], ignore_index=True)
    order["reason"] = order["reason"].astype(object).mask(order["reason"] == "", None)
    return order[COLUMNS]


def _people(parts: pd.DataFrame, crosswalk: pd.DataFrame, population: pd.Series[float] | None) -> pd.Series[float]:
    """People of each piece; NaN where they are not known, which shares of land do not mend."""
    if population is None:
        return pd.Series(np.nan, index=parts.index)
    weights = choose_weights(crosswalk).set_index(["from_code", "to_code"])
    shares = weights["weight"].mask(weights["weight_basis"] == "area")
    keys = pd.MultiIndex.from_frame(parts[["from_code", "to_code"]])
    return pd.Series(shares.reindex(keys).to_numpy(), index=parts.index) * parts["from_code"].map(population)


def say_composition(rows: pd.DataFrame, labels: Mapping[int, str], lang: str) -> str:
    """The composition of one target in words: "Hình thành từ 5 đơn vị cấp xã (1 chỉ một phần): 4 nâng cao, 1 chưa rõ".

    `rows` are those of `compose` for the target; `labels` are the words of the values in the language, one of
    `LANGUAGES`. Raises: KeyError for another language, or a value without a word.
    """
    named = [f"{row.contributors} {_word(row.value, row.reason, labels, lang)}" for row in rows.itertuples(index=False)]
    count = int(rows["contributors"].sum())
    partial = count - int(rows["whole"].sum())
    parts = PARTS[lang].format(count=partial) if partial else ""
    plural = "" if count == 1 else "s"
    return FORMED[lang].format(count=count, plural=plural, parts=parts, list=", ".join(named))


def _word(value: object, reason: object, labels: Mapping[int, str], lang: str) -> str:
    if isinstance(reason, str):
        return GAPS.get(reason, GAPS[NOT_COLLECTED])[lang]
    word = labels[int(float(str(value)))]
    return word if word[:2].isupper() else word[:1].lower() + word[1:]
