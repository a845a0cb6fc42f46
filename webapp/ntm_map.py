"""The map of new-style rural titles, drawn on the server: communes in the colour of the highest title known."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from boundaries.models import Area
from geo.sketch import Sheet
from indicators import ntm
from webapp.drawings import LETTER, LINE, label_of, outlines, sheet
from webapp.i18n import gettext as _
from webapp.ntm import COLOURS, Facts, held_text
from webapp.pages.gazetteer import area_name
from webapp.svg import chart, element

WIDTH, HIGHEST = 560, 640


def draw_titles(facts: Facts) -> Markup | None:
    """The map with outlines and names of districts; None where the edition has no shapes or nothing is known.

    The map is a picture: what leads to the pages of units stands in the lists beside it.
    """
    communes, districts = f"{facts.edition}.commune", f"{facts.edition}.district"
    if facts.period is None or not {communes, districts} <= set(outlines().rings):
        return None
    titles = ntm.titles_at(facts.recognitions, facts.period).set_index("area_code")["title"].to_dict()
    page = sheet(communes, None, WIDTH, HIGHEST)
    parts = [_commune(facts, page, communes, area, titles.get(area.code))
             for area in facts.data.places.at(facts.edition, "commune")]  # fmt: skip
    parts.append(element("path", class_="upper", d=page.borders(districts)))
    parts += _names(facts, page, districts)
    text = _("Mỗi xã mang màu của danh hiệu cao nhất đã biết. Bảng bên cạnh có số xã của từng huyện, thị xã.")
    return chart(_("Danh hiệu nông thôn mới của xã"), text, page.width, page.height, parts)


def _commune(facts: Facts, page: Sheet, name: str, area: Area, title: str | None) -> Markup:
    words = held_text(facts, title) if title else _("Chưa có số liệu")
    if area.type != "xã":
        words = _("Không áp dụng")
    colour = "na" if area.type != "xã" else COLOURS[title] if title else "nd"
    tip = element("title", f"{area_name(area)}: {words}")
    return element("path", tip, class_=f"ar {colour}", d=page.path(name, area.code))


def _names(facts: Facts, page: Sheet, name: str) -> Iterator[Markup]:
    for area in facts.data.places.at(facts.edition, "district"):
        label = label_of(area)
        spot = page.room(name, area.code, len(label) * LETTER, LINE)
        if spot:
            yield element("text", label, class_="name", x=spot[0], y=spot[1] + 4)
