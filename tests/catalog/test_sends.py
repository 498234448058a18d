"""Which calls in the source are found to send a signal, and which are undecided."""

from __future__ import annotations

import pytest

from typedsignals.catalog import Profile, check_catalog

from .programs import Program, keywords, only_signal, send_lines, unresolved

DOMAIN = """
from typedsignals import Namespace, Payload, Signal, signal

class Placed(Payload):
    order_id: int = 0

class Model:
    saved = Signal()

events = Namespace("shop")
"""


def written(program: Program, source: str, domain: str = DOMAIN) -> None:
    program.write(shop="", shop__domain=domain)
    program.write_file("shop/web.py", source)


def found(program: Program, source: str, domain: str = DOMAIN) -> tuple[list[int], list[int]]:
    """The lines of ``web`` that send the only signal, and those that are undecided."""
    written(program, source, domain)
    catalog = program.catalog()
    return send_lines(only_signal(catalog)), [send.line for send in catalog.unresolved_sends]


# How a signal is sent


@pytest.mark.parametrize(
    "method", ["send", "send_async", "send_concurrent", "send_robust", "send_robust_async", "send_payload"]
)
def test_every_way_of_sending_is_found(program: Program, method: str) -> None:
    """It does not matter whether the send is awaited."""
    assert found(program, f"from .domain import Model\ndef f(): return Model.saved.{method}(None)") == ([2], [])


@pytest.mark.parametrize(
    ("call", "line"), [("saved .send", 2), ("saved. send", 2), ("saved.\n  send", 3), ("saved.  # to all\nsend", 3)]
)
def test_a_send_is_found_however_it_is_laid_out(program: Program, call: str, line: int) -> None:
    """Its line is that of the method's name."""
    assert found(program, f"from .domain import Model\n(Model.{call}(None))") == ([line], [])


def test_a_send_is_recorded_with_its_keywords_and_place(program: Program) -> None:
    """The sender and keywords for wrappers are left out; unpacked keywords are unknown."""
    written(
        program,
        """
        from .domain import Model
        def f(self, fields):
            Model.saved.send(self, b=1, a=2, _async_wrapper=None)
            Model.saved.send(self, a=1, **fields)
            Model.saved.send_payload(self, fields)
            (
                Model
                .saved
                .send()
            )
        """,
    )
    sends = only_signal(program.catalog()).sends
    assert [keywords(send) for send in sends] == [
        (("b", "a"), True),
        (("a",), False),
        ((), False),
        ((), True),
    ]
    assert [(send.module, send.location) for send in sends] == [
        ("shop.web", f"shop/web.py:{line}") for line in (4, 5, 6, 10)
    ]


def test_a_method_that_is_handed_on_counts(program: Program) -> None:
    """Its arguments are unknown; if its object is unknown as well, it may be any method."""
    written(
        program,
        """
        from functools import partial
        from .domain import Model
        later = partial(Model.saved.send, None)
        def f(session):
            return session.send
        """,
    )
    catalog = program.catalog()
    assert [keywords(send) for send in only_signal(catalog).sends] == [((), False)]
    assert unresolved(catalog) == []


def test_a_prepared_send_is_one_where_it_is_prepared(program: Program) -> None:
    """There it has its fields. Delivering it is not another send, and how it will be delivered is not known."""
    written(
        program,
        """
        from functools import partial
        from typedsignals import Prepared
        from .domain import Model
        def f(self, on_commit, fields):
            on_commit(Model.saved.prepare(self, a=1).send_robust)
            Model.saved.prepare(self, **fields).send()
            later = Model.saved.prepare(self, b=1)
            later.send()
            on_commit(later.send)
            partial(Model.saved.prepare, self)
        def g(later: Prepared): later.send()
        """,
    )
    catalog = program.catalog()
    sends = only_signal(catalog).sends
    assert [(send.line, *keywords(send)) for send in sends] == [
        (6, ("a",), True),
        (7, (), False),
        (8, ("b",), True),
        (11, (), False),
    ]
    assert {(send.method, send.is_plain) for send in sends} == {("prepare", False)}
    assert unresolved(catalog) == []


def test_a_send_by_a_bound_signal_is_one_of_its_signal(program: Program) -> None:
    """Wherever it is bound: where it is sent, in a variable, or in the property of a class."""
    written(
        program,
        """
        from functools import cached_property
        from typing import Any
        from .domain import Model
        class Order(Model):
            @property
            def own(self):
                \"\"\"The signal of this order.\"\"\"
                return type(self).saved.of(self)
            @cached_property
            def kept(self) -> Any:
                mine = type(self)
                return mine.saved.of(self)
            def save(self):
                self.own.send(a=1)
                self.kept.send_async(b=1)
                self.own.prepare(c=1).send()
        of_nobody = Model.saved.of(None)
        def f(order: Order):
            Model.saved.of(order).send(d=1)
            mine = Model.saved.of(order)
            mine.send_payload(None)
            of_nobody.send(e=1)
            order.own.send(f=1)
        """,
    )
    catalog = program.catalog()
    sends = only_signal(catalog).sends
    assert [(send.line, *keywords(send)) for send in sends] == [
        (15, ("a",), True),
        (16, ("b",), True),
        (17, ("c",), True),
        (20, ("d",), True),
        (22, (), False),
        (23, ("e",), True),
        (24, ("f",), True),
    ]
    assert unresolved(catalog) == []


def test_a_property_that_may_give_anything_is_not_decided(program: Program) -> None:
    """One that does more than to bind a signal, or whose source cannot be read."""
    source = """
from functools import partial
from .domain import Model
def made(self): return Model.saved.of(self)
exec("class Made:\\n    @property\\n    def saved(self): return Model.saved.of(self)")
class Order(Made):
    by_partial = property(partial(made))
    by_lambda = property(lambda self: Model.saved.of(self))
    plain = property(made)
    @property
    def chosen(self): return self.plain if self else None
    def f(self):
        self.saved.send(), self.by_partial.send(), self.by_lambda.send(), self.chosen.send()
        type(self).plain.send()
        self.plain.send()
"""
    assert found(program, source) == ([15], [13, 13, 13, 13, 14])


def test_what_others_prepare_is_no_send(program: Program) -> None:
    """Requests and statements have a method of that name; what it gives may still be sent."""
    source = """
def f(session, request):
    request.prepare(None)
    session.send(request.prepare(None))
    return request.prepare
"""
    assert found(program, source) == ([], [4])


def test_sends_within_sends_are_found(program: Program) -> None:
    """They may be in arguments, in keywords, and in the object of the call."""
    source = """
from .domain import Model
f = lambda: Model.saved.send(
    Model.saved.send(None),
    a=Model.saved.send(None),
)[0].send(
    lambda: Model.saved.send(None)
)
"""
    assert found(program, source) == ([3, 4, 5, 7], [6])


def test_sends_in_odd_places_are_found(program: Program) -> None:
    """They may be in decorators, default values, f-strings, and continued lines."""
    source = """
from .domain import Model
def keep(*args, **more): return lambda function: function
def f():
    @keep(
        Model.saved.send(None)
    )
    def g(value=Model.saved.send(None)):
        return f"{Model.saved.send(None)}"
    Model.saved. \\
        send(None); Model.saved.send(None)
    class C(keep, kind=Model.saved.send(None)):
        value = Model.saved.send(None)
"""
    assert found(program, source) == ([6, 8, 9, 11, 11, 12, 13], [])


# How the signal is found


@pytest.mark.parametrize(
    "source",
    [
        "from .domain import Model\nModel.saved.send(None)",
        "from . import domain\ndomain.Model.saved.send(None)",
        "import shop.domain\nshop.domain.Model.saved.send(None)",
        "import shop.domain as d\ndef f(): d.Model.saved.send(None)",
        "from .domain import *\ndef f(): Model.saved.send(None)",
        "from .domain import Model; s = Model.saved; m = Model()\ndef f(): s.send(None), m.saved.send(None)",
        "from .domain import Model\ndef f(): Model().saved.send(None)",
        "from .domain import Model\nf = lambda model: Model.saved.send(None)",
        "from .domain import Model\nf = [Model.saved.send(each) for each in ()]",
    ],
)
def test_globals_modules_and_classes_are_followed(program: Program, source: str) -> None:
    """It does not matter how the module got the signal."""
    lines, undecided = found(program, source)
    assert set(lines) == {2}
    assert undecided == []


@pytest.mark.parametrize(
    "body",
    [
        "from .domain import Model\n    Model.saved.send(None)",
        "from . import domain\n    domain.Model.saved.send(None)",
        "import shop.domain\n    shop.domain.Model.saved.send(None)",
        "import shop.domain as d\n    d.Model.saved.send(None)",
        "from shop.domain import Model as M; s = M.saved\n    s.send(None)",
        "from shop.domain import Model; s: object = Model.saved\n    s.send(None)",
        "from shop.domain import Model; (s := Model.saved)\n    s.send(None)",
        "from shop.domain import Model; s: object; s = Model.saved\n    s.send(None)",
        "from shop.domain import Model; x.saved = Model.saved\n    x, [Model.saved.send(None)]",
    ],
)
def test_local_names_that_are_bound_once_are_followed(program: Program, body: str) -> None:
    """Imports in a function and variables are followed."""
    assert found(program, f"x = object\ndef f():\n    {body}") == ([4], [])


@pytest.mark.parametrize(
    ("signature", "expression"),
    [
        ("self", "self.saved"),
        ("self", "type(self).saved"),
        ("self, /, *args, **more", "self.saved"),
        ("me, other: 'Order'", "other.saved"),
        ("me, *, other: 'Order | None' = None, model: Model", "model.saved"),
        ("me, other: Model", "other.saved"),
    ],
)
def test_attributes_of_instances_are_those_of_their_class(program: Program, signature: str, expression: str) -> None:
    """``self`` and annotated parameters are followed, including inherited attributes."""
    source = f"""
from .domain import Model
class Order(Model):
    def save({signature}):
        {expression}.send(None)
        return lambda: {expression}.send(None)
"""
    assert found(program, source) == ([5, 6], [])


def test_class_methods_and_nested_classes_are_followed(program: Program) -> None:
    """The first parameter of a class method is the class itself."""
    source = """
from .domain import Model
class Order:
    class Line(Model):
        @classmethod
        async def save(cls):
            cls.saved.send(None)
        def __init_subclass__(cls):
            cls.saved.send(None)
    def save(self):
        self.Line.saved.send(None)
"""
    assert found(program, source) == ([7, 9, 11], [])


def test_items_of_namespaces_are_followed(program: Program) -> None:
    """Subscription and ``signal`` are followed if the name is a literal."""
    domain = "from typedsignals import Namespace, signal\nevents = Namespace('shop')\nevents.signal('saved')"
    source = """
from .domain import events, signal
def f(name):
    events["saved"].send(None)
    events.signal("saved").send(None)
    events[name].send(None)
    events["absent"].send(None)
    signal(name).send(None)
    signal("absent").send(None)
"""
    assert found(program, source, domain) == ([4, 5], [6, 7, 8, 9])


def test_signals_by_name_are_followed(program: Program) -> None:
    """Blinker's signals are often sent in this way."""
    domain = "import typedsignals as t\nfrom typedsignals import signal\nsignal('saved')"
    source = "from .domain import signal, t\ndef f(): signal('saved').send(None)\ndef g(): t.signal('saved').send(None)"
    assert found(program, source, domain) == ([2, 3], [])


def test_a_module_that_is_not_imported_is_followed_by_its_own_imports(program: Program) -> None:
    """A ``__main__`` is not run, so it has no global variables."""
    written(program, "")
    program.write_file(
        "shop/__main__.py",
        "from . import domain\nfrom .domain import Model as M\nimport shop.domain\n"
        "from ..beyond import a\nfrom .absent import b\nimport absent\n"
        "domain.Model.saved.send(1)\nM.saved.send(2)\nshop.domain.Model.saved.send(3)\n"
        "a.send(4)\nb.send(5)\nabsent.send(6)\nundefined.send(7)\nprint.send(8)\n",
    )
    catalog = program.catalog()
    assert send_lines(only_signal(catalog)) == [7, 8, 9]
    assert unresolved(catalog) == [f"shop/__main__.py:{line}" for line in (10, 11, 12, 13)]


# Undecided calls


@pytest.mark.parametrize(
    "body",
    [
        "def f(session):\n    session.send(1)",
        "def f(session: 'no type'):\n    session.send(1)",
        "def f(session: Model | None):\n    session.send(1)",
        "def f(session: 'Absent'):\n    session.send(1)",
        "def f(session: Any):\n    session.send(1)",
        "def f(session: Sends):\n    session.send(1)",
        "def f(session: object):\n    session.send(1)",
        "def f(session: Signal):\n    session.send(1)",
        "def f(*saved):\n    saved.send(1)",
        "def f(**saved):\n    saved.send(1)",
        "def f():\n    for saved in []: saved.send(1)",
        "def f():\n    with open('') as saved: saved.send(1)",
        "def f():\n    [saved.send(1) for saved in []]",
        "def f():\n    saved = Model.saved; saved = 1; saved.send(1)",
        "def f():\n    saved: object; saved.later = 1; absent.send(1)",
        "def f():\n    saved = saved; saved.send(1)",
        "async def f():\n    (await Model.saved).send(1)",
        "def f():\n    placeholder.send(1)",
        "def f():\n    Order().computed.send(1)",
        "def f():\n    Order().absent.send(1)",
        "def f():\n    type(absent).saved.send(1)",
        "def f():\n    make().send(1)",
        "def f(saved):\n    def g(): saved.send(1)",
        "def f(saved):\n    def g():\n        nonlocal saved; saved = 1; saved.send(1)",
        "class Local:\n    def f(): (lambda self: self.saved).send(1); self.send(1)",
        "def f():\n    class saved: ...\n    saved.send(1)",
        "def f():\n    def saved(): ...\n    saved.send(1)",
        "def f():\n    async def saved(): ...\n    saved.send(1)",
        "def f():\n    try: ...\n    except OSError as saved: saved.send(1)",
        "def f(x):\n    match x:\n        case saved: saved.send(1)",
        "def f(x):\n    match x:\n        case [*saved]: saved.send(1)",
        "def f(x):\n    match x:\n        case {**saved}: saved.send(1)",
        "def f():\n    class C:\n        def f(self): self.saved.send(1)",
        "class Order:\n    @staticmethod\n    def f(saved): saved.send(1)",
        "class Order:\n    def f(self): self.kept.send(1)",
        "@decorated\nclass Replaced:\n    def f(self): self.saved.send(1)",
    ],
)
def test_what_is_not_decided_is_listed_as_such(program: Program, body: str) -> None:
    """It may be a signal; a local name is not the global one."""
    head = """
from __future__ import annotations
from functools import cached_property
from typing import Any, Protocol
from typedsignals import Signal
from .domain import Model
saved = Model.saved
placeholder = None
def make(): return saved
def decorated(cls): return None
class Sends(Protocol): ...
class Order:
    @cached_property
    def computed(self): return saved
"""
    lines, undecided = found(program, f"{head}if False:\n" + "".join(f"    {line}\n" for line in body.splitlines()))
    assert lines == []
    assert len(undecided) >= 1


@pytest.mark.parametrize(
    "body",
    [
        "def f(sock: socket):\n    sock.send(b'')",
        "def f(sock: 'socket'):\n    sock.send(b'')",
        "def f():\n    with_socket = socket()\n    with_socket.send(b'')",
        "class Mailer:\n    def send(self, text): self.send(text)",
        "class Mailer:\n    def send(self, text): super().send(text)",
        "sock = 'a'\ndef f():\n    global sock\n    sock = 'b'; sock.send(1)",
        "sock = Proxy()\nf = lambda: sock.send(1)",
        "Proxy().send.send",
    ],
)
def test_what_is_no_signal_is_left_out(program: Program, body: str) -> None:
    """Sockets, generators and mailers have methods with these names, too."""
    head = """
from __future__ import annotations
from socket import socket
class Proxy:
    __class__ = property(lambda self: 1 / 0)
    def send(self, *args): ...
    send.send = None
"""
    assert found(program, head + body) == ([], [])


def test_a_global_variable_in_a_function_is_the_module_s(program: Program) -> None:
    """It is not a local variable, although it is assigned there."""
    source = (
        "from .domain import Model\nsaved = Model.saved\ndef f():\n    global saved; saved = saved\n    saved.send(1)"
    )
    assert found(program, source) == ([5], [])


# Sources


def test_signals_of_other_packages_are_no_concern(program: Program) -> None:
    """They are known signals, so not undecided, but belong to another catalog."""
    program.write(core="from typedsignals import Signal\nstarted = Signal()")
    assert found(program, "from core import started\nstarted.send(None)") == ([], [])


def test_a_source_that_cannot_be_read_is_reported(program: Program) -> None:
    """It is not reported again if the import has failed already."""
    written(program, "")
    program.write_file("shop/__main__.py", "x.send(")
    (program.folder / "shop" / "latin").mkdir()
    program.write_file("shop/latin/__init__.py", "")
    (program.folder / "shop" / "latin" / "__main__.py").write_bytes(b"# \xe9\nx.send()")
    problems = program.discovered().problems
    assert [problem.module for problem in problems] == ["shop.__main__", "shop.latin.__main__"]
    assert all(problem.message.startswith("has no readable source: ") for problem in problems)
    assert str(program.folder) not in str(problems)


@pytest.mark.parametrize("text", ["x.send('\0')", f"x.send({'-' * 3_000}1)", f"x.send({' + '.join('1' * 3_000)})"])
def test_a_source_that_is_more_than_can_be_read_is_reported(program: Program, text: str) -> None:
    """The other modules are searched nevertheless."""
    written(program, "from .domain import Model\ndef f(): Model.saved.send(None)")
    program.write_file("shop/__main__.py", text)
    discovered = program.discovered()
    assert [problem.module for problem in discovered.problems] == ["shop.__main__"]
    assert send_lines(only_signal(discovered.catalog)) == [2]


def test_a_module_that_replaces_itself_is_looked_through(program: Program) -> None:
    """The imported object does not know its source."""
    source = """
import sys
from .domain import Model
def f():
    Model.saved.send(None)
class Lazy:
    __spec__ = None
sys.modules[__name__] = Lazy()
"""
    assert found(program, source) == ([5], [])


def test_a_module_without_source_has_no_sends(program: Program) -> None:
    """Built-in modules and folders that are not packages have no source."""
    (program.folder / "bare").mkdir()
    assert program.catalog("itertools", "bare").signals == ()


@pytest.mark.parametrize(
    ("call", "method", "wraps"),
    [
        ("Model.saved.send(None)", "send", False),
        ("Model.saved.send(None, **fields)", "send", False),
        ("Model.saved.send(None, _async_wrapper=f)", "send", True),
        ("Model.saved.send(None, _sync_wrapper=f)", "send", False),
        ("Model.saved.send_robust_async(None)", "send_robust_async", False),
        ("print(Model.saved.send_async)", "send_async", False),
    ],
)
def test_how_a_signal_is_sent_is_recorded(program: Program, call: str, method: str, wraps: bool) -> None:
    """The method is recorded, and whether a wrapper for async receivers is passed."""
    written(program, f"from .domain import Model\ndef f(fields): {call}")
    (send,) = only_signal(program.catalog()).sends
    assert (send.method, send.wraps_async) == (method, wraps)


def test_a_plugin_that_awaits_where_the_host_does_not(program: Program) -> None:
    """The check finds the receiver; if one send awaits, there is no finding."""
    plugin = """
        from .domain import Model
        @Model.saved.connect
        async def fetch(sender, **extra): ...
        def host(): Model.saved.send(None)
    """
    written(program, plugin)
    assert "TS509" in {found.rule.id for found in check_catalog(program.catalog(), Profile())}
    program.forget()
    written(program, plugin + "    async def other(): await Model.saved.send_async(None)\n")
    assert "TS509" not in {found.rule.id for found in check_catalog(program.catalog(), Profile())}
