"""Option strings: whatever TMVA accepts is accepted with the same meaning or refused by name, and nothing else is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from umva.errors import OptionError
from umva.factory.booking import Booking, book
from umva.methods import declared

if TYPE_CHECKING:
    from collections.abc import Sequence

TABLES: dict[str, list[tuple[str, str, str, list[str]]]] = json.loads(
    (Path(__file__).parents[1] / "methods" / "tmva_options.json").read_text(encoding="utf-8")
)
"""TMVA's tables: key, type, default and allowed values of each option."""

FITTERS = ("fitter GA", "fitter SA", "fitter MC", "fitter MINUIT")
TYPES = {
    "Cuts": ("Cuts", *FITTERS[:3]),
    "Likelihood": ("Likelihood", "PDF"),
    "PDERS": ("PDERS",),
    "PDEFoam": ("PDEFoam",),
    "KNN": ("KNN",),
    "HMatrix": (),
    "LD": (),
    "Fisher": ("Fisher",),
    "FDA": ("FDA", *FITTERS),
    "MLP": ("MLP",),
    "CFMlpANN": ("CFMlpANN",),
    "TMlpANN": ("TMlpANN",),
    "SVM": ("SVM",),
    "BDT": ("BDT",),
    "DT": ("DT",),
    "RuleFit": ("RuleFit",),
}
"""TMVA's types with the tables that apply."""

OTHER_DEFAULTS: dict[tuple[str, str], object] = {
    ("DT", "nEventsMin"): 0,  # leaves the choice to MinNodeSize, as TMVA's -1 does
}
"""What is not TMVA's default where nothing is said, by type and key."""


def options_of(kind: str) -> dict[str, tuple[str, str, list[str]]]:
    """Return type, default and allowed values of each option, by key; one of two fitters counts once."""
    return {key: (type_, default, allowed) for table in TYPES[kind] for key, type_, default, allowed in TABLES[table]}


def values_of(kind: str, default: str, allowed: Sequence[str]) -> st.SearchStrategy[str]:
    """Return texts that TMVA takes for an option of this type."""
    if kind == "bool":
        return st.sampled_from(["True", "False", "T", "F", "true", "false", "1", "0", "kTRUE", "kFALSE"])
    if allowed:
        return st.sampled_from(list(allowed)).flatmap(lambda each: st.sampled_from([each, each.lower(), each.upper()]))
    if kind.removesuffix("[]") in {"int", "uint"}:
        return st.integers(1, 40).map(str) | st.just(default)
    if kind.removesuffix("[]") in {"double", "float"}:
        return st.floats(0.01, 0.9).map(lambda each: f"{each:.3g}") | st.just(default)
    return st.just(default)


def option_of(method: Any, key: str) -> Any:
    """Return our option for TMVA's key, None if the method has none."""
    names = ((each, {str(name).lower() for name in (each.tmva, *each.aliases)}) for each in declared(type(method)))
    return next((each for each, known in names if key.lower() in known), None)


def written(method: Any, key: str) -> Any:
    """Return what a method has for TMVA's option, None if it does not have it."""
    each = option_of(method, key)
    value = each and getattr(method, each.name)
    return value.get("*", value.get("0")) if each and each.per_variable else value


def same(found: Any, text: str) -> bool:
    """Whether a value is what the text says."""
    if isinstance(found, bool):
        return found == (text.lower() in {"true", "t", "1", "ktrue"})
    if isinstance(found, int | float):
        return float(found) == pytest.approx(float(text.removesuffix("%")), rel=1e-6)
    return str(found).lower() == text.lower()


def booked(kind: str, options: str) -> Booking:
    return book(f"k{kind}", options=options)


def accepted(kind: str, key: str, part: str) -> Booking | None:
    """Return a booking with one option, None if it is refused by its name; anything else fails the test."""
    try:
        return booked(kind, part)
    except OptionError as error:
        if key.lower() in str(error).lower() and "has no option" not in str(error):
            return None
        raise


@pytest.mark.parametrize("kind", TYPES)
def test_every_option_is_known(kind: str) -> None:
    """Saying TMVA's default, or another value that it allows, is honoured, or else refused by name."""
    wrong = []
    for key, (_, default, allowed) in options_of(kind).items():
        for text in dict.fromkeys([default, *allowed]):
            found = accepted(kind, key, f"{key}={text}")
            value = found and written(found.method, key)
            if value is not None and not same(value, text):
                wrong.append((key, text, value))
    assert wrong == []


@pytest.mark.parametrize("kind", TYPES)
def test_defaults_are_those_of_tmva(kind: str) -> None:
    method = booked(kind, "").method
    ours = {key: (written(method, key), default) for key, (_, default, _) in options_of(kind).items() if default}
    other = {key: value for key, (value, default) in ours.items() if value is not None and not same(value, default)}
    assert other == {key: value for (of, key), value in OTHER_DEFAULTS.items() if of == kind}


@settings(max_examples=40)
@given(data=st.data())
@pytest.mark.parametrize("kind", TYPES)
def test_any_string_of_tmva_means_the_same(kind: str, data: st.DataObject) -> None:
    """Several options in any order, any case, with blanks, flags with and without ``!``; each by one of its names."""
    known = options_of(kind)
    plain = booked(kind, "").method
    said, wanted = [], {}
    keys = st.lists(
        st.sampled_from(sorted(known)), unique_by=lambda key: getattr(option_of(plain, key), "name", key), max_size=6
    )
    for key in data.draw(keys) if known else []:
        type_, default, allowed = known[key]
        text = data.draw(values_of(type_, default, allowed))
        spelt = data.draw(st.sampled_from([key, key.lower(), key.upper()]))
        flag = type_ == "bool" and data.draw(st.booleans())
        part = ("" if same(True, text) else "!") + spelt if flag else f"{spelt}={text}"
        if accepted(kind, key, part):
            said.append(data.draw(st.sampled_from([part, f" {part} "])))
            wanted[key] = text
    method = booked(kind, data.draw(st.sampled_from([":", "::"])).join(said)).method
    found = {key: (written(method, key), text) for key, text in wanted.items()}
    assert [key for key, (value, text) in found.items() if value is not None and not same(value, text)] == []


@settings(max_examples=40)
@given(data=st.data())
@pytest.mark.parametrize("kind", [each for each, tables in TYPES.items() if tables])
def test_any_other_is_refused_with_the_nearest_name(kind: str, data: st.DataObject) -> None:
    """A key with a letter too many is nobody's; the error tells the option that was meant."""
    method = booked(kind, "").method
    known = [each.tmva for each in declared(type(method)) if each.tmva and len(each.tmva) > 5]
    key = data.draw(st.sampled_from(known))
    place = data.draw(st.integers(1, len(key) - 1))
    wrong = key[:place] + "q" + key[place:]
    with pytest.raises(OptionError, match=f"(?i)has no option '{wrong}'.*'{key}'"):
        booked(kind, f"{wrong}=1")
