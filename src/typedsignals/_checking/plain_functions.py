"""Accepting plain functions at a glance: most receivers are such functions, and fit."""

from __future__ import annotations

from inspect import CO_VARKEYWORDS
from types import FunctionType

from .terms import Shape


def shape_at_a_glance(function: FunctionType, fields: tuple[str, ...], deprecated: frozenset[str]) -> Shape | None:
    """Find the shape of a function without attributes that takes a sender and then fields, and no other parameters.

    None if its code does not show that it fits, which does not mean that it does not: its parameters have to be read.
    """
    code = function.__code__
    if not code.co_argcount or code.co_posonlyargcount > 1:
        return None
    first, *rest = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    takes_extra = bool(code.co_flags & CO_VARKEYWORDS)
    if first in fields or not set(rest).issubset(fields) or not deprecated.isdisjoint(rest):
        return None
    if not takes_extra and len(rest) < len(fields):
        return None
    return Shape(takes_extra=takes_extra, taken=frozenset() if code.co_posonlyargcount else frozenset((first,)))
