"""Formulas and data nobody thought of: every formula drawn here is well typed, so both engines must answer."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

from hypothesis import strategies as st

from tests.spec.formula import world as w

FACTS = ["учителя", "обучающиеся", "учителя_основной_средней", "учителя_самодиагностика"]
STAFF = "ставки_специалистов"
ENTERED = [STAFF, f"значение(«{STAFF}»)", f"значение(«{STAFF}», «логопед»)", f"value(«{STAFF}», category: психолог)"]
SAME_PUPILS = "те_же_ученики(огэ, «математика», 9, 6)"
SCHOOL_NUMBERS = [*FACTS, *ENTERED, SAME_PUPILS]
MOBILE = "поддержка_мобильный_центр"  # the code of a question is a word too
SCHOOL_FLAGS = ["выявлена", "шнро", "шнсу", "сельская", "есть(«поддержка_мобильный_центр»)", MOBILE]
UNITS = {
    "учителя": "учителей",
    "обучающиеся": "обучающихся",
    "учителя_основной_средней": "чел.",
    "учителя_самодиагностика": "чел.",
}

literals = st.one_of(
    st.integers(-20, 100).map(str),
    st.decimals(Decimal("0.01"), Decimal("9.99"), places=2).map(lambda value: str(value).replace(".", ",")),
)
positive = st.integers(1, 1000).map(str)
comparisons = st.sampled_from(["<", "<=", "=", "<>", ">=", ">", "≤", "≥", "≠"])


back = st.sampled_from(["", "", ", 2", ", 3"])


def is_spread(text: str) -> bool:
    """A distribution stands alone."""
    return text.startswith(("распределение", "показатель(«отметки_огэ»"))


def steady(text: str) -> bool:
    """A change of a change is refused."""
    return "изменение" not in text


@cache
def numbers(depth: int) -> st.SearchStrategy[str]:
    """A number of one school that may be added up with itself."""
    plain = st.sampled_from(SCHOOL_NUMBERS)
    if depth == 0:
        return plain
    under = numbers(depth - 1)
    same_unit = plain.map(lambda fact: (fact, fact))
    return st.one_of(
        plain,
        st.builds(
            lambda pair, sign, n: f"({pair[0]} {sign} {n} * {pair[1]})", same_unit, st.sampled_from("+-"), literals
        ),
        st.builds(lambda a, n: f"({a} / {n})", under, positive),
        st.builds(lambda a: f"(-{a})", under),
        st.builds(lambda c, a, n: f"если({c}, {a}, {n})", conditions(depth - 1), under, literals),
        st.builds(lambda a, n: f"первое_непустое({a}, {n})", under, literals),
        st.builds(lambda a, years: f"прежде({a}{years})", under, back),
        st.builds(lambda a, years: f"изменение({a}{years})", under.filter(steady), back),
    )


@cache
def conditions(depth: int) -> st.SearchStrategy[str]:
    """A condition about one school."""
    plain = st.sampled_from(SCHOOL_FLAGS)
    if depth == 0:
        return plain
    under = conditions(depth - 1)
    return st.one_of(
        plain,
        st.builds(lambda a, sign, n: f"{a} {sign} {n}", numbers(depth - 1), comparisons, literals),
        st.builds(
            lambda a, b, sign, n: f"{a} / {b} {sign} {n}",
            st.sampled_from(SCHOOL_NUMBERS),
            numbers(depth - 1),
            comparisons,
            literals,
        ),
        st.builds(lambda p, sign, n: f"{p} {sign} {n}", percents, comparisons, literals),
        st.builds(lambda a, b, word: f"({a} {word} {b})", under, under, st.sampled_from(["и", "или"])),
        st.builds(lambda a: f"не {a}", under),
        st.builds(lambda a, years: f"прежде({a}{years})", under, back),
        st.builds(lambda a: f"пусто({a})", st.one_of(under.map(lambda c: f"{c}"), numbers(depth - 1))),
        st.builds(lambda a: f"({a}) = нет", under),
        held_against(depth),
    )


ABOVE = st.sampled_from(["по_краю", "по_округу", "по_муниципалитету"])


@cache
def held_against(depth: int) -> st.SearchStrategy[str]:
    """A school against what is above it: a mean of it, a sum, what it has itself."""
    moved = st.sampled_from(["", "", "прежде"])
    among = conditions(depth - 1).map(lambda c: f", среди {c}")
    plain = st.sampled_from(SCHOOL_NUMBERS)
    of_number = st.builds(
        lambda n, sign, word, above, c: f"{n} {sign} {word}({above}(среднее({n}{c})))",
        plain, comparisons, moved, ABOVE, among,
    )  # fmt: skip
    of_percent = st.builds(
        lambda p, sign, above, n: f"{p} {sign} {above}(среднее({p}, {n}))", percents, comparisons, ABOVE, plain
    )
    norm = st.builds(lambda a, sign: f"{a} {sign} по_краю(значение(«события_школьные_команды»))", plain, comparisons)
    # More than a year ago: of a sum above the member itself, and of what the member has against what is above it.
    risen = st.builds(lambda above, n: f"({n} ≥ 0 и изменение({above}(сумма({n}))) > 0)", ABOVE, plain)
    both = st.builds(lambda n, sign, above: f"изменение({n}) {sign} изменение({above}(среднее({n})))",
                     plain, comparisons, ABOVE)  # fmt: skip
    return st.one_of(
        of_number, of_percent, norm, risen, both, st.just("(сельская или по_муниципалитету(мппко_утверждена))")
    )


percents = st.sampled_from(
    [
        "динамика(огэ, «математика», 9)",
        "динамика(огэ, «русский язык»)",
        "доля_справившихся(огэ, «математика»)",
        "изменение(доля_справившихся(огэ, «математика»))",
        "прежде(доля_справившихся(огэ, «математика»), 2)",
    ]
)


@cache
def clauses(depth: int) -> st.SearchStrategy[str]:
    """The «где» and «среди» of a total, either, both or none."""
    where = conditions(depth).map(lambda c: f", где {c}")
    among = conditions(depth).map(lambda c: f", среди {c}")
    return st.one_of(st.just(""), where, among, st.builds(str.__add__, where, among))


MAYBE_AMONG = st.one_of(st.just(""), conditions(2).map(lambda c: f", среди {c}"))


@st.composite
def counts(draw: st.DrawFn, depth: int = 2) -> str:
    """A total that may be added, divided or scaled."""
    kind = draw(st.integers(0, 8))
    if kind == 8:
        return f"показатель(«{draw(st.sampled_from(['учителя_школ', 'учителя_прошлого_года']))}»)"
    if kind == 7:
        return f"прежде({draw(counts(depth=1))}{draw(back)})"
    if kind <= 1:
        return f"количество(школы{draw(clauses(depth))})"
    if kind <= 3:
        return f"сумма({draw(numbers(depth))}{draw(clauses(depth))})"
    if kind == 4:
        return "количество(муниципалитеты, где мппко_утверждена)"
    fact = draw(st.sampled_from(SCHOOL_NUMBERS))
    total = f"сумма({fact}{draw(clauses(1))})"
    if kind == 5:
        return f"({total} {draw(st.sampled_from('+-'))} сумма({fact}{draw(clauses(1))}))"
    return f"({total} {draw(st.sampled_from('*/'))} {draw(positive)})"


CHANGING = st.one_of(
    counts(),
    st.builds(lambda c, among: f"доля(школы, где {c}{among})", conditions(2), MAYBE_AMONG),
    st.builds(lambda a, b: f"{a} / {b}", counts(), counts()),
    st.builds(lambda p, n: f"среднее({p}, {n})", percents, st.sampled_from(SCHOOL_NUMBERS)),
    st.just("показатель(«доля_выявленных»)"),
)
COUNT_OR_SHARE = st.one_of(counts(), conditions(2).map(lambda c: f"доля(школы, где {c})"))


def of_schools(total: str) -> bool:
    """Whether a total counts no municipalities."""
    return "муниципалитеты" not in total


@st.composite
def outer_conditions(draw: st.DrawFn) -> str:
    """A condition about a municipality, made of its schools: of itself alone there is nothing to count."""
    rolled = f"{draw(counts(depth=1).filter(of_schools))} {draw(comparisons)} {draw(literals)}"
    share = f"доля(школы, где {draw(conditions(1))}) {draw(comparisons)} {draw(literals)}"
    state = "состояние(«выявление_дефицитов») >= 1"
    risen = "состояние(«выявление_дефицитов») > прежде(состояние(«выявление_дефицитов»))"
    referred = f"показатель(«доля_выявленных») {draw(comparisons)} {draw(literals)}"
    ripe = f"показатель(«зрелость») {draw(comparisons)} 1"
    total = draw(COUNT_OR_SHARE.filter(steady).filter(of_schools))
    moved = (
        f"{draw(st.sampled_from(['изменение', 'прежде']))}({total}{draw(back)}) {draw(comparisons)} {draw(literals)}"
    )
    return draw(
        st.sampled_from([rolled, share, state, risen, moved, referred, ripe, f"({rolled} или мппко_утверждена)"])
    )


MARKS = "отметки(огэ, «математика»)"
RIPE = "состояние(«выявление_дефицитов»)"
LABELS = ("мало", "средне", "много", "очень много")


@st.composite
def distributions(draw: st.DrawFn) -> str:
    """So many in each of ordered parts."""
    among = draw(MAYBE_AMONG)
    kind = draw(st.integers(0, 6))
    if kind == 6:
        return f"распределение(значение(«{STAFF}»){among})"
    if kind <= 1:
        return f"распределение({MARKS}{among})"
    if kind == 2:
        return f"распределение({RIPE}{draw(st.sampled_from(['', ', среди мппко_утверждена']))})"
    if kind == 3:
        return "показатель(«отметки_огэ»)"
    what = (
        conditions(2) if kind == 4 else st.sampled_from(SCHOOL_NUMBERS[:1]).map(lambda one: f"если(шнро, {one}, 1) - 3")
    )
    parts = draw(st.lists(what, min_size=2, max_size=4))
    named = ", ".join(f"«{label}»: {part}" for label, part in zip(LABELS, parts, strict=False))
    return f"распределение(школы, {named}{among})"


@st.composite
def shares_in(draw: st.DrawFn) -> str:
    """The share of some parts in a distribution."""
    first = draw(st.sampled_from([f"распределение({MARKS})", "показатель(«отметки_огэ»)"]))
    chosen = draw(st.lists(st.sampled_from("2345"), min_size=1, max_size=3, unique=True))
    return f"доля_в({first}, {', '.join(chosen)})"


def is_near(text: str) -> bool:
    """Farther back than ten years nobody looks: of words that look back, each by three at most, three may be nested."""
    stack: list[bool] = []
    for opened, bracket in re.findall(r"(прежде|изменение)?([()])", text):
        if bracket == "(":
            stack.append(bool(opened))
        else:
            stack.pop()
        if sum(stack) > 3:
            return False
    return True


def formulas() -> st.SearchStrategy[str]:
    """A whole formula."""
    return any_formulas().filter(is_near)


@st.composite
def any_formulas(draw: st.DrawFn) -> str:
    kind = draw(st.integers(0, 15))
    if kind == 15:
        return draw(distributions())
    if kind == 14:
        return draw(shares_in())
    if kind == 13:
        word = draw(st.sampled_from(["прежде", "изменение"]))
        return f"{word}({draw(shares_in())}{draw(back)})"
    if kind == 12:  # what a municipality had, those that did not stand then among them
        had = f"прежде({draw(counts(depth=1).filter(of_schools))}{draw(back)})"
        return f"количество(муниципалитеты, где {had} {draw(comparisons)} {draw(literals)})"
    if kind == 9:
        return f"прежде({draw(any_formulas().filter(lambda text: not is_spread(text)))}{draw(back)})"
    if kind >= 10:
        total = draw(CHANGING.filter(steady))
        change = f"изменение({total}{draw(back)})"
        return f"минимум_по(муниципалитет, {change})" if kind == 11 else change
    if kind == 0:
        among = draw(MAYBE_AMONG)
        return f"доля(школы, где {draw(conditions(3))}{among})"
    if kind == 1:
        return f"{draw(counts())} / {draw(counts())}"
    if kind == 2:
        return f"отношение({draw(numbers(2))}, {draw(numbers(2))}{draw(clauses(2))})"
    if kind == 3:
        return f"на({draw(positive)}, {draw(counts())}, {draw(counts())})"
    if kind == 4:
        word = draw(st.sampled_from(["минимум_по", "максимум_по"]))
        level = draw(st.sampled_from(["округ", "муниципалитет"]))
        inner = draw(COUNT_OR_SHARE)
        return f"{word}({level}, {inner})"
    if kind == 5:
        verb = draw(st.sampled_from(["доля", "количество"]))
        return f"{verb}(муниципалитеты, где {draw(outer_conditions())})"
    if kind == 6:
        return f"среднее({draw(percents)}, {draw(st.sampled_from(SCHOOL_NUMBERS))}{draw(clauses(2))})"
    if kind == 7:
        return f"количество(округа, где {draw(counts(depth=1))} {draw(comparisons)} {draw(literals)})"
    return draw(counts(depth=3))


def _column(values: st.SearchStrategy[Decimal], units: tuple[int, ...]) -> st.SearchStrategy[dict[int, Decimal]]:
    unknown = st.none()
    many = st.lists(st.one_of(values, values, values, unknown), min_size=len(units), max_size=len(units))
    return many.map(lambda given: {u: v for u, v in zip(units, given, strict=True) if v is not None})


FLAGS = st.sampled_from([Decimal(0), Decimal(1)])
NUMBERS = st.integers(0, 300).map(Decimal)
PERCENTS = st.decimals(Decimal(-50), Decimal(100), places=2)
STATES = st.integers(0, 2).map(Decimal)


def _flags(units: tuple[int, ...]) -> st.SearchStrategy[dict[int, Decimal]]:
    """Answers of some schools, or a list that tells of everybody that ever was."""
    listed = st.lists(FLAGS, min_size=len(w.EVER), max_size=len(w.EVER))
    return st.one_of(_column(FLAGS, units), listed.map(lambda answers: dict(zip(w.EVER, answers, strict=True))))


def _values(schools: tuple[int, ...], municipalities: tuple[int, ...]) -> st.SearchStrategy[w.Values]:
    staff = st.tuples(_column(NUMBERS, schools), _column(NUMBERS, schools))
    return st.builds(lambda values, parts: values | w.in_parts(STAFF, *parts), _facts(schools, municipalities), staff)


def _facts(schools: tuple[int, ...], municipalities: tuple[int, ...]) -> st.SearchStrategy[w.Values]:
    return st.fixed_dictionaries(
        {
            **{(name, ()): _flags(schools) for name in SCHOOL_FLAGS if "(" not in name and name != MOBILE},
            ("есть", ("поддержка_мобильный_центр",)): _column(FLAGS, schools),
            **{(name, ()): _column(NUMBERS, schools) for name in FACTS},
            ("те_же_ученики", ("oge", "math", 9, 6)): _column(NUMBERS, schools),
            ("динамика", ("oge", "math", 9)): _column(PERCENTS, schools),
            ("динамика", ("oge", "rus", 9)): _column(PERCENTS, schools),
            ("доля_справившихся", ("oge", "math")): _column(PERCENTS, schools),
            **{("отметки", ("oge", "math", mark)): _column(NUMBERS, schools) for mark in (2, 3, 4, 5)},
            ("мппко_утверждена", ()): _column(FLAGS, municipalities),
            ("состояние", ("выявление_дефицитов",)): _column(STATES, municipalities),
        }
    )


tables = st.builds(
    w.drawn,
    _values(w.SCHOOLS, w.MUNICIPALITIES),
    _values(w.SCHOOLS_BEFORE, w.MUNICIPALITIES[:3]),
    _values(w.SCHOOLS_BEFORE, w.MUNICIPALITIES[:3]),
)
