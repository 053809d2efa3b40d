"""Plane geometry of a PDF page: transformation matrices and boxes (PDF 32000-1, 8.3.3)."""

from __future__ import annotations

from typing import Any

Matrix = tuple[float, float, float, float, float, float]
Box = tuple[float, float, float, float]  # left, top, right, bottom; points on the page as displayed, y growing downwards
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def times(m: Matrix, n: Matrix) -> Matrix:
    """The matrix that does `m` first and `n` then."""
    return (
        m[0] * n[0] + m[1] * n[2],
        m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2],
        m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4],
        m[4] * n[1] + m[5] * n[3] + n[5],
    )


def moved(x: float, y: float, m: Matrix) -> Matrix:
    """`m` after a shift by (x, y)."""
    return times((1.0, 0.0, 0.0, 1.0, x, y), m)


def box_of(x0: float, y0: float, x1: float, y1: float, m: Matrix) -> Box:
    """The box around a rectangle that `m` has transformed."""
    corners = [(x * m[0] + y * m[2] + m[4], x * m[1] + y * m[3] + m[5]) for x in (x0, x1) for y in (y0, y1)]
    xs, ys = [c[0] for c in corners], [c[1] for c in corners]
    return min(xs), min(ys), max(xs), max(ys)


def numbers(operands: Any, count: int) -> list[float]:
    """The first `count` operands as numbers; what is missing or no number is 0."""
    found = [float(v) if isinstance(v, (int, float)) else 0.0 for v in list(operands)[:count]]
    return found + [0.0] * (count - len(found))


def matrix(operands: Any) -> Matrix:
    """Six operands as a matrix; fewer are none, and change nothing."""
    values = [v.get_object() if hasattr(v, "get_object") else v for v in operands]
    if len(values) < 6:
        return IDENTITY
    a, b, c, d, e, f = numbers(values, 6)
    return a, b, c, d, e, f
