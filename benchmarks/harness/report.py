# SPDX-License-Identifier: Apache-2.0
"""Rows of the table: what was measured, what it is compared with and what it must reach."""

from dataclasses import dataclass, field
from statistics import median


@dataclass
class Series:
    """The figures of repeated runs of one thing."""
    values: list[float] = field(default_factory=list)

    def summary(self) -> dict:
        return {"median": median(self.values), "min": min(self.values), "max": max(self.values),
                "runs": self.values}


@dataclass
class Row:
    """One line of the table.

    `at_least` is a bound of the ratio ours / peer, `at_most` one of that ratio or, without a peer, of
    our own median. Run i of ours and run i of the peer were neighbours in time, so the ratio is the
    median of the ratios of the pairs.
    """
    name: str
    unit: str
    ours: Series
    peer_name: str = ""
    peer: Series | None = None
    at_least: float | None = None
    at_most: float | None = None
    notes: list[str] = field(default_factory=list)
    details: dict = field(default_factory=dict)

    def ratios(self) -> list[float]:
        if self.peer is None:
            return []
        return [ours / peer for ours, peer in zip(self.ours.values, self.peer.values, strict=True)]

    def judged(self) -> float:
        return median(self.ratios() or self.ours.values)

    def target(self) -> str:
        if self.at_least is not None:
            return f">= {self.at_least:g}"
        if self.at_most is not None:
            return f"<= {self.at_most:g}" + ("" if self.peer else f" {self.unit}")
        return ""

    def verdict(self) -> str:
        if self.at_least is not None:
            return "pass" if self.judged() >= self.at_least else "MISS"
        if self.at_most is not None:
            return "pass" if self.judged() <= self.at_most else "MISS"
        return "reported"

    def as_json(self) -> dict:
        row = {"name": self.name, "unit": self.unit, "ours": self.ours.summary(),
               "target": self.target(), "verdict": self.verdict(), "notes": self.notes,
               "details": self.details}
        if self.peer is not None:
            row |= {"peer_name": self.peer_name, "peer": self.peer.summary(),
                    "ratio": Series(self.ratios()).summary()}
        return row


def _figure(value: float) -> str:
    if value >= 10_000:
        return f"{value / 1000:.1f} k"
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def _spread(values: list[float], show) -> str:
    if len(values) == 1:
        return show(values[0])
    return f"{show(median(values))} ({show(min(values))} to {show(max(values))})"


def _ratio(value: float) -> str:
    return f"{value:.2f}"


def _cells(row: Row) -> list[str]:
    peer = f"{row.peer_name}: {_spread(row.peer.values, _figure)}" if row.peer else ""
    return [row.name, f"{_spread(row.ours.values, _figure)} {row.unit}", peer,
            _spread(row.ratios(), _ratio) if row.peer else "", row.target(), row.verdict()]


def table(rows: list[Row]) -> str:
    lines = [["what", "farthing: median (min to max)", "peer", "ratio", "target", ""]]
    lines += [_cells(row) for row in rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    text = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip()
            for line in lines]
    text.insert(1, "  ".join("-" * width for width in widths))
    for row in rows:
        text += [f"  {row.name}: {note}" for note in row.notes]
    return "\n".join(text)
