# SPDX-License-Identifier: GPL-3.0-or-later
"""What Prometheus and Graphite answer, as plain lists of numbers, and one number made of them. Pure. Private to hybrid.rollout."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any, Callable

Series = list[list[float]]

REDUCERS: dict[str, Callable[[Sequence[float]], float]] = {
    "last": lambda values: values[-1],
    "mean": lambda values: math.fsum(values) / len(values),
    "max": max,
    "min": min,
}


class Unreadable(Exception):
    """The answer has no series in it; says what it has instead."""


def prometheus(body: Any) -> Series:  # noqa: ANN401 - JSON of anybody
    """The values of an instant query: a scalar, a vector, or the matrix of a range selector."""
    try:
        if body["status"] != "success":
            raise Unreadable(f"{body.get('errorType')}: {body.get('error')}")
        kind, result = body["data"]["resultType"], body["data"]["result"]
        if kind == "scalar":
            return [_numbers([result[1]])]
        if kind == "vector":
            return [_numbers([one["value"][1]]) for one in result if "value" in one]
        if kind == "matrix":
            return [_numbers([value for _at, value in one["values"]]) for one in result if "values" in one]
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        raise Unreadable(f"an answer that is not Prometheus': {error!r}") from error
    raise Unreadable(f"a result of type {kind}; a scalar, a vector or a matrix can be judged")


def graphite(body: Any) -> Series:  # noqa: ANN401 - JSON of anybody
    """The data points of a render call, without the holes."""
    try:
        return [_numbers([value for value, _at in one["datapoints"] if value is not None]) for one in body]
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise Unreadable(f"an answer that is not Graphite's: {error!r}") from error


def is_whole(target: str) -> bool:
    """Whether each parenthesis of a Graphite target is closed. Of one that is not, Graphite works out a part and says nothing."""
    depth = 0
    for sign in re.sub(r"'[^']*'|\"[^\"]*\"", "", target):
        depth += (sign == "(") - (sign == ")")
        if depth < 0:
            return False
    return depth == 0


def _numbers(values: Sequence[Any]) -> list[float]:
    """Without what is no number: a division of nothing by nothing is no data."""
    return [number for number in map(float, values) if not math.isnan(number)]
