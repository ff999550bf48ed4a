from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from umva.errors import DataError
from umva.factory.data.preprocessing import Chain

VARIABLES = ("m_jj", "m_bb", "Alt$(jet_pt[0],0)", "x+y")
CLASSES = ("background", "signal", "my_class")


def chain(text: str) -> Chain:
    return Chain.parse(text, variables=VARIABLES, classes=CLASSES)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("", "I"),
        ("I", "I"),
        ("None", "I"),
        ("I,N", "N"),
        ("N", "N"),
        ("Norm", "N"),
        ("Normalise", "N"),
        ("Normalize", "N"),
        ("Decorrelate", "D"),
        ("Deco", "D"),
        ("PCA", "P"),
        ("Gauss", "G"),
        ("Uniform", "U"),
        ("gauss + pca", "G,P"),
        ("G(m_jj,m_bb),D", "G(m_jj,m_bb),D"),
        ("N(m_bb)+U( m_jj )", "N(m_bb),U(m_jj)"),
        ("N(m_bb, m_jj)", "N(m_bb,m_jj)"),
        ("D_Signal", "D_signal"),
        ("N_AllClasses", "N"),
        ("P_my_class", "P_my_class"),
        ("P_my_class(m_jj)", "P_my_class(m_jj)"),
        ("P(m_jj)_my_class", "P_my_class(m_jj)"),
        ("G(Alt$(jet_pt[0],0),x+y),N", "G(Alt$(jet_pt[0],0),x+y),N"),
        ("G,D,G,D", "G,D,G,D"),
    ],
)
def test_texts(text: str, canonical: str) -> None:
    assert str(chain(text)) == canonical
    assert str(chain(canonical)) == canonical
    assert chain(text).is_identity == (canonical == "I")


@pytest.mark.parametrize(
    ("text", "mixes", "names"),
    [
        ("I", False, VARIABLES),
        ("N,G,U", False, VARIABLES),
        ("D(m_bb)", False, ("m_jj", "D(m_bb)", *VARIABLES[2:])),
        ("G,D(m_bb,m_jj)", True, ("D(m_jj)", "D(m_bb)", *VARIABLES[2:])),
        ("P", True, ("PC1", "PC2", "PC3", "PC4")),
    ],
)
def test_what_comes_out(text: str, mixes: bool, names: tuple[str, ...]) -> None:
    assert chain(text).mixes is mixes
    assert chain(text).output_names == names


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Q", "unknown 'Q': known are 'N'"),
        ("Gaus", "unknown 'Gaus': did you mean 'Gauss'"),
        ("N(m_j)", "no variable 'm_j': did you mean 'm_jj'"),
        ("N()", "no variable ''"),
        ("N(m_jj,m_jj)", "named twice"),
        ("D_signl", "no class 'signl': did you mean 'signal'"),
        ("D_signal(m_jj)_signal", "cannot read"),
        ("N(m_jj", "brackets do not match"),
        ("N(m_jj)x", "cannot read"),
    ],
)
def test_errors(text: str, message: str) -> None:
    with pytest.raises(DataError, match=message.replace("(", r"\(").replace(")", r"\)")):
        chain(text)


@given(st.text(alphabet="INDPUG_()+, msignalj[]", max_size=20))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        canonical = str(chain(text))
    except DataError:
        return
    assert str(chain(canonical)) == canonical
