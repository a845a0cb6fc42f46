"""Words of statuses, reasons and goals, each once in Vietnamese and English. `wording.py` fills in the numbers."""

from __future__ import annotations

STATUSES: dict[str, tuple[str, str]] = {
    "met": ("Đạt", "Met"),
    "partly_met": ("Đạt một phần", "Partly met"),
    "not_met": ("Không đạt", "Not met"),
    "on_track": ("Đúng tiến độ", "On track"),
    "behind": ("Chậm tiến độ", "Behind"),
    "off_track": ("Chậm xa tiến độ", "Off track"),
    "not_assessable": ("Chưa đánh giá được", "Cannot be assessed"),
}

MISSING: dict[str, tuple[str, str]] = {
    "not_collected": ("Chưa có số liệu.", "No figure has been found."),
    "not_due": ("Chưa đến kỳ công bố.", "Not yet due for publication."),
    "not_applicable": ("Không áp dụng cho loại đơn vị này.", "Does not apply to this kind of unit."),
    "suppressed": ("Không công bố vì bảo mật hoặc số quá nhỏ.", "Withheld: confidential or too small a number."),
    "unit_did_not_exist": ("Đơn vị chưa tồn tại vào thời điểm đó.", "The unit did not exist at the time."),
    "not_convertible": ("Không quy đổi được sang địa giới này.", "Cannot be converted to these boundaries."),
    "join_failed": ("Không ghép được mã đơn vị.", "The unit's code was not matched."),
}

GOALS: dict[str, tuple[str, str]] = {
    "ge": ("từ {amount} trở lên", "at least {amount}"),
    "gt": ("trên {amount}", "above {amount}"),
    "le": ("tối đa {amount}", "at most {amount}"),
    "lt": ("dưới {amount}", "below {amount}"),
    "between": ("{amount}", "{amount}"),
    "increase_by": ("tăng {amount}", "a rise of {amount}"),
    "decrease_by": ("giảm {amount}", "a fall of {amount}"),
    "maintain": ("duy trì {amount}", "keep at {amount}"),
    "complete": ("hoàn thành", "complete"),
}

SIZELESS: dict[str, tuple[str, str]] = {
    "increase_by": ("tăng, không nêu mức", "a rise, no size stated"),
    "decrease_by": ("giảm, không nêu mức", "a fall, no size stated"),
    "maintain": ("duy trì mức đầu kỳ", "keep at the level of the base"),
}

REASONS: dict[str, tuple[str, str]] = {
    **MISSING,
    "no_figure": ("Không có giá trị để tính.", "There is no value to compute with."),
    "no_target": ("Nghị quyết không đặt mục tiêu cho chỉ số này.", "The resolution sets no target for this indicator."),
    "estimated": (
        "Số ước tính khi quy đổi địa giới, không dùng để xét đạt hay không.",
        "An estimate made in converting boundaries; nothing is judged by it.",
    ),
    "no_direction": (
        "Chỉ số không có chiều tốt, xấu nên không xét đạt hay không.",
        "The indicator has no better or worse direction, so nothing is judged.",
    ),
    "met_at_bound": ("Bằng đúng mức {bound}.", "Exactly {bound}."),
    "met_in_range": ("Trong khoảng mục tiêu.", "Within the target range."),
    "met_above_range": ("Vượt cận trên {gap}.", "Beyond the upper bound by {gap}."),
    "met_below_range": ("Thấp hơn cận dưới {gap}.", "Below the lower bound by {gap}."),
    "met_above": ("Cao hơn mục tiêu {gap}.", "Above the target by {gap}."),
    "met_below": ("Thấp hơn mục tiêu {gap}.", "Below the target by {gap}."),
    "met_every_value": (
        "Mọi giá trị có thể có của số liệu đều đạt.",
        "Every value that the figure may stand for meets the target.",
    ),
    "met_kept": ("Duy trì ở mức {bound}.", "Kept at {bound}."),
    "met_kept_base": ("Duy trì được mức đầu kỳ.", "Kept at the level of the base."),
    "met_fall": ("Giảm {change}, đủ mức đề ra.", "Fell by {change}, as much as was aimed at."),
    "met_rise": ("Tăng {change}, đủ mức đề ra.", "Rose by {change}, as much as was aimed at."),
    "met_fall_beyond": ("Giảm {change}, vượt cận trên {gap}.", "Fell by {change}, beyond the upper bound by {gap}."),
    "met_rise_beyond": ("Tăng {change}, vượt cận trên {gap}.", "Rose by {change}, beyond the upper bound by {gap}."),
    "met_complete": ("Đã hoàn thành.", "Completed."),
    "below_target": ("Thấp hơn mục tiêu {gap}.", "Below the target by {gap}."),
    "above_target": ("Cao hơn mục tiêu {gap}.", "Above the target by {gap}."),
    "at_open_bound": (
        "Bằng {bound}, mà mục tiêu không tính chính mức này.",
        "Exactly {bound}, which the target does not include.",
    ),
    "no_value_meets": (
        "Không giá trị nào có thể có của số liệu là đạt.",
        "No value that the figure may stand for meets the target.",
    ),
    "not_kept": ("Không giữ được mức đầu kỳ, lệch {gap}.", "Not kept at the level of the base: off by {gap}."),
    "fell_short": ("Còn thiếu {gap} so với mức giảm đề ra.", "Short of the fall aimed at by {gap}."),
    "rose_short": ("Còn thiếu {gap} so với mức tăng đề ra.", "Short of the rise aimed at by {gap}."),
    "did_not_fall": ("Không giảm.", "Did not fall."),
    "did_not_rise": ("Không tăng.", "Did not rise."),
    "not_complete": ("Chưa hoàn thành khi đến hạn.", "Not completed by the due date."),
    "in_target": ("Đang trong vùng đạt; đến hạn mới kết luận.", "Meets the target now; concluded on the due date."),
    "pace_reached": (
        "Bằng {pace} nhịp cần có, khi đã qua {elapsed} thời gian.",
        "At {pace} of the required pace, with {elapsed} of the time gone.",
    ),
    "pace_short": (
        "Mới bằng {pace} nhịp cần có, khi đã qua {elapsed} thời gian.",
        "Only {pace} of the required pace, with {elapsed} of the time gone.",
    ),
    "pace_far_short": (
        "Mới bằng {pace} nhịp cần có, chưa tới ba phần tư, khi đã qua {elapsed} thời gian.",
        "Only {pace} of the required pace, less than three quarters, with {elapsed} of the time gone.",
    ),
    "overshot": ("Đã vượt quá khoảng mục tiêu, cần quay lại.", "Past the target range, and has to come back."),
    "left_target": ("Đầu kỳ đã đạt, nay không còn đạt.", "Met at the baseline, but no longer."),
    "parts_all": ("Cả {total} phần đều đạt.", "All {total} parts are met."),
    "parts_none": ("Không phần nào trong {total} phần đạt.", "None of the {total} parts is met."),
    "parts_mixed": ("{met}/{total} phần đạt.", "{met} of {total} parts met."),
    "parts_slowest": (
        "{slowest}/{total} phần ở mức này, không phần nào chậm hơn.",
        "{slowest} of {total} parts are at this status and none is further behind.",
    ),
    "parts_unknown": (
        "{met}/{total} phần đạt, {unknown}/{total} phần chưa đánh giá được.",
        "{met} of {total} parts met; {unknown} of {total} cannot be assessed.",
    ),
    "interval_straddles": (
        "Số liệu là {value}: có giá trị đạt, có giá trị không đạt.",
        "The figure is {value}: some of these values meet the target and some do not.",
    ),
    "change_straddles": (
        "Mức thay đổi là {change_span}: có giá trị đạt, có giá trị không đạt.",
        "The change is {change_span}: some of these values meet the target and some do not.",
    ),
    "pace_straddles": (
        "Số liệu không đủ chính xác để biết nhịp nhanh hay chậm.",
        "The figure is not exact enough to say how the pace stands.",
    ),
    "base_not_stated": (
        "Nghị quyết không nêu mức thay đổi tính từ đâu.",
        "The resolution does not say what the change is counted from.",
    ),
    "no_baseline": ("Không có số liệu gốc của năm {year}.", "There is no baseline figure for {year}."),
    "zero_baseline": (
        "Số gốc bằng 0 nên không tính được phần trăm thay đổi.",
        "The baseline is 0, so a change in per cent cannot be computed.",
    ),
    "baseline_not_exact": ("Số gốc không phải con số chính xác.", "The baseline is not an exact figure."),
    "baseline_equals_target": (
        "Số gốc bằng đúng mục tiêu nên không có quãng đường để đo.",
        "The baseline equals the target, so there is no way to measure along.",
    ),
    "baseline_meets_target": (
        "Số gốc đã đạt mục tiêu nên không có quãng đường để đo.",
        "The baseline already meets the target, so there is no way to measure along.",
    ),
    "figure_not_exact": ("Số liệu không phải con số chính xác.", "The figure is not exact."),
    "no_magnitude": ("Mục tiêu không nêu mức cụ thể.", "The target states no size."),
    "unreachable": (
        "Số gốc quá nhỏ để có thể thay đổi đủ mức đề ra.",
        "The baseline is too small for a change of the size aimed at.",
    ),
    "figure_before_plan": (
        "Số gần nhất ({period}) có từ trước kỳ kế hoạch.",
        "The latest figure is of {period}, before the plan began.",
    ),
    "figure_before_due": (
        "Chỉ có số đến {period}, chưa có số khi đến hạn.",
        "The latest figure is of {period}; none of the due date.",
    ),
    "figure_after_due": (
        "Chỉ có số ({period}) sau hạn của mục tiêu.",
        "The only figure is of {period}, after the target was due.",
    ),
    "no_time_elapsed": (
        "Chưa có thời gian trôi qua từ số gốc nên không tính được nhịp.",
        "No time has passed since the baseline, so there is no pace.",
    ),
    "not_complete_yet": (
        "Chưa hoàn thành, chưa đến hạn; việc có hoặc không nên không tính nhịp.",
        "Not completed and not yet due; a yes-or-no goal has no pace.",
    ),
    "other_stratum": (
        "Mục tiêu đặt riêng cho thành thị hoặc nông thôn, không cho số này.",
        "The target is set for urban or rural areas, not for this figure.",
    ),
    "other_level": ("Mục tiêu đặt cho cấp khác.", "The target is set for another level."),
    "not_named": ("Mục tiêu chỉ nêu một số đơn vị khác.", "The target names other areas only."),
    "compared_with_city": (
        "So với mục tiêu của Thành phố, không ràng buộc đơn vị này: {comparison}",
        "Compared with the city's target, which does not bind this area: {comparison}",
    ),
    "contributes": (
        "Đóng góp {value_bare} trên {aim} của mục tiêu Thành phố.",
        "Contributes {value_bare} of {aim} in the city's target.",
    ),
    "contributes_fall": (
        "Giảm {value_bare} trên mức giảm {aim} của mục tiêu Thành phố.",
        "Fell by {value_bare} of the fall of {aim} in the city's target.",
    ),
    "contributes_rise": (
        "Tăng {value_bare} trên mức tăng {aim} của mục tiêu Thành phố.",
        "Rose by {value_bare} of the rise of {aim} in the city's target.",
    ),
}
