"""The table: rows, their ratios and whether a target is met, as Markdown and as JSON."""

import json
import os
import statistics


class Row:
    """One measurement in several runs, beside the same runs of what it is compared with."""

    def __init__(self, name, what, unit, here, against="", base=None, target=None, note=""):
        self.name, self.what, self.unit, self.here = name, what, unit, here
        self.against, self.base, self.target, self.note = against, base, target, note

    @property
    def ratios(self):
        """Run by run, so that what slows down both does not count."""
        return [ours / other for ours, other in zip(self.here, self.base)] if self.base else []

    @property
    def is_met(self):
        if not self.target:
            return None
        of, sign, limit = self.target
        value = statistics.median(self.ratios if of == "ratio" else self.here)
        return value >= limit if sign == "≥" else value <= limit

    @property
    def target_text(self):
        if not self.target:
            return ""
        of, sign, limit = self.target
        return f"{sign} {limit:g}" if of == "ratio" else f"{sign} {figure(limit, self.unit)}"

    def record(self):
        return {"row": self.name, "what": self.what, "unit": self.unit, "median": statistics.median(self.here),
                "runs": self.here, "against": self.against, "baseline_runs": self.base, "ratio_runs": self.ratios,
                "baseline": statistics.median(self.base) if self.base else None,
                "ratio": statistics.median(self.ratios) if self.base else None,
                "target": self.target_text, "is_met": self.is_met, "note": self.note}


def figure(value, unit):
    digits = 0 if value >= 1_000 or value == int(value) else 1 if value >= 100 else 2 if value >= 1 else 3
    return f"{value:,.{digits}f} {unit}".strip()


def ratio(value):
    return f"{value:.2f}" if value >= 0.05 else f"1 : {1 / value:,.0f}"


def spread(values):
    middle = ratio(statistics.median(values))
    return middle if len(values) < 2 else f"{middle} ({ratio(min(values))}–{ratio(max(values))})"


def line(row, is_judged):
    base = f"{figure(statistics.median(row.base), row.unit)}: {row.against}" if row.base else row.against
    verdict = {True: "met", False: "**missed**", None: ""}[row.is_met] if is_judged else ""
    return (f"| {row.what} | {figure(statistics.median(row.here), row.unit)} | {base} | "
            f"{spread(row.ratios) if row.base else ''} | {row.target_text} | {verdict} |")


def markdown(rows, place, rounds, is_quick):
    lines = [f"{os.cpu_count()} cores; files on {place}; medians of {rounds} runs, ours and the other by turns; "
             "ratio = here / beside it, run by run."]
    if is_quick:
        lines.append("**Quick: small sizes and single runs, to see that everything runs. Nothing is judged.**")
    lines += ["", "| What | Here | Beside it | Ratio (least–most) | Target | |", "|---|--:|---|---|---|---|"]
    lines += [line(row, not is_quick) for row in rows]
    notes = list(dict.fromkeys(row.note for row in rows if row.note))
    return "\n".join(lines + [""] + [f"- {note}" for note in notes]) + "\n"


def save(rows, place, rounds, is_quick, out):
    with open(f"{out}.md", "w") as file:
        file.write(markdown(rows, place, rounds, is_quick))
    with open(f"{out}.json", "w") as file:
        json.dump({"cores": os.cpu_count(), "place": place, "rounds": rounds, "quick": is_quick,
                   "rows": [row.record() for row in rows]}, file, indent=2, ensure_ascii=False)
        file.write("\n")
