"""The pytest plugin, in separate test runs."""

from __future__ import annotations

from textwrap import dedent

import pytest

pytest_plugins = ["pytester"]

SHOP = """
from typedsignals import Namespace, Payload

class OrderPlaced(Payload):
    order_id: int

shop = Namespace("shop")
order_placed = shop.signal("order-placed", OrderPlaced)
order_shipped = shop.signal("order-shipped", OrderPlaced)
log = []

@order_placed.connect_via(order_placed.ANY)
def ship(sender, order_id, **extra):
    log.append(order_id)
    order_shipped.send(sender, order_id=order_id)

def mail(sender, order_id, **extra):
    raise LookupError("no address")
"""
"""A module of signals that the tests of a run import; `ship` begins at its line 11, `mail` at 16."""


SETTINGS = """
[pytest]
# What the runs show depends on the order of their tests, which another plugin may change.
addopts = -p no:randomly
filterwarnings = error
asyncio_mode = strict
asyncio_default_fixture_loop_scope = function
"""


@pytest.fixture
def run(pytester: pytest.Pytester) -> pytest.Pytester:
    """Make a folder for a test run, with a shop module and this project's settings."""
    pytester.makepyfile(shop=SHOP)
    pytester.makeini(SETTINGS)
    return pytester


def forbid_leftovers(run: pytest.Pytester) -> None:
    run.makeini(SETTINGS + "signals_forbid_leftover_receivers = true\n")


# Fixtures


def test_capture_signals_begins_at_once_and_ends_with_the_test(run: pytest.Pytester) -> None:
    """It takes the same arguments as `capture`."""
    run.makepyfile("""
        from shop import *

        captures = []

        def test_one(capture_signals):
            order_placed.send("early", order_id=1)
            captured = capture_signals(order_placed, order_shipped)
            by_name = capture_signals(shop, sender="shop", where=lambda sender, payload: payload.order_id > 2)
            captures.append(captured)
            order_placed.send("shop", order_id=2)
            order_placed.send("shop", order_id=3)
            captured.assert_order(order_placed, order_shipped, order_placed, order_shipped)
            assert len(by_name) == 2

        def test_two():
            order_placed.send("late", order_id=1)
            assert len(captures[0]) == 4
    """)
    run.runpytest("-p", "no:cacheprovider").assert_outcomes(passed=2)


def test_isolated_signals_have_no_receivers(run: pytest.Pytester) -> None:
    """Their earlier receivers are restored for the next test; those that the test connected are gone."""
    run.makepyfile("""
        import pytest
        from shop import *

        @pytest.mark.usefixtures("isolated_signals")
        def test_isolated():
            assert order_placed.send("shop", order_id=1) == []
            order_placed.connect(mail)
            with pytest.raises(LookupError):
                order_placed.send("shop", order_id=1)
            assert log == []

        def test_after():
            assert order_placed.send("shop", order_id=2) == [(ship, None)]
            assert log == [2]
    """)
    run.runpytest().assert_outcomes(passed=2)


def test_fixtures_are_listed_with_what_they_do(run: pytest.Pytester) -> None:
    """By ``pytest --fixtures``."""
    result = run.runpytest("--fixtures")
    result.stdout.fnmatch_lines_random(
        [
            "capture_signals -- *",
            "    Capture signals from the call of this fixture to the end of the test.",
            "isolated_signals -- *",
            "    Start the test without receivers of any signal, and disconnect those that it connects when it ends.",
        ]
    )


# The check for leftover receivers

LEAVES = """
    from shop import *

    class Stock:
        def update(self, sender, **extra): ...

    stock = Stock()

    def test_leaves():
        order_placed.connect(mail)
        order_placed.connect(stock.update, "Bern")

    def test_disconnects():
        order_shipped.connect(mail)
        order_shipped.disconnect(mail)
        order_placed.disconnect(mail)
        order_placed.disconnect(stock.update)
"""


def test_a_test_that_leaves_receivers_fails(run: pytest.Pytester) -> None:
    """The message names each with its place, its signal, and the type of the sender."""
    forbid_leftovers(run)
    test_file = run.makepyfile(LEAVES)
    result = run.runpytest()
    result.assert_outcomes(passed=2, errors=1)
    start = result.outlines.index("test_leaves left 2 receivers connected:")
    assert result.outlines[start : start + 4] == [
        "test_leaves left 2 receivers connected:",
        f"  receiver 'mail' ({run.path / 'shop.py'}:16) to <Signal 'shop.order-placed'>",
        f"  receiver 'Stock.update' ({test_file}:4) to <Signal 'shop.order-placed'> for a str",
        "disconnect what a test connects, connect it with connected_to(), or use the fixture isolated_signals",
    ]
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_receivers_left_in_a_namespace_count(run: pytest.Pytester) -> None:
    """They would hear of what later tests send. A namespace of the test's own does not matter."""
    forbid_leftovers(run)
    test_file = run.makepyfile("""
        import pytest
        from typedsignals import Namespace
        from typedsignals.testing import isolated
        from shop import *

        def audit(signal, sender, payload):
            log.append(signal)

        def test_leaves():
            shop.connect(audit)

        def test_disconnects():
            assert shop.disconnect(audit)

        def test_own():
            Namespace("own").connect(audit)

        def test_isolates(isolated_signals):
            shop.connect(audit)
            order_shipped.send("shop", order_id=1)
            assert log == [order_shipped]

        def test_isolates_itself():
            with isolated(shop):
                shop.connect(audit)

        def test_after():
            order_shipped.send("shop", order_id=2)
            assert log == [order_shipped]
    """)
    result = run.runpytest()
    result.assert_outcomes(passed=6, errors=1)
    result.stdout.fnmatch_lines(
        [
            "test_leaves left 1 receiver connected:",
            f"  receiver 'audit' ({test_file}:6) to <every signal of namespace 'shop'>",
        ]
    )


def test_leaving_receivers_is_not_a_failure_unless_forbidden(run: pytest.Pytester) -> None:
    """The check is off by default, and then adds nothing to tests."""
    run.makepyfile(LEAVES)
    result = run.runpytest("--setup-show")
    result.assert_outcomes(passed=2)
    assert "leftover" not in result.stdout.str()


def test_what_leaves_nothing_passes_the_check(run: pytest.Pytester) -> None:
    """Blocks, fixtures that disconnect, fixtures of wider scope, weak receivers that die, and signals of the test."""
    forbid_leftovers(run)
    run.makepyfile("""
        import pytest
        from typedsignals import Signal
        from shop import *

        @pytest.fixture(scope="module", autouse=True)
        def for_all_tests():
            with order_placed.connected_to(lambda sender, **extra: None):
                yield

        @pytest.fixture
        def mailing():
            order_shipped.connect(mail)
            yield
            order_shipped.disconnect(mail)

        def test_fixtures(mailing, isolated_signals):
            order_placed.connect(mail)

        def test_block():
            with order_placed.connected_to(mail):
                pass

        def test_weak():
            class Cycle:
                def __call__(self, sender, **extra): ...

            cycle = Cycle()
            cycle.itself = cycle
            order_placed.connect(cycle)

        kept = []

        def test_own_signal():
            kept.append(Signal())
            kept[0].connect(mail, weak=False)

        def test_reconnects():
            order_placed.connect(ship, priority=2)
    """)
    run.runpytest().assert_outcomes(passed=5)


APP = """
    import unittest
    import pytest
    from shop import *

    class App:
        def __init__(self):
            order_placed.connect(self.receive)

        def receive(self, sender, **extra): ...

    def is_alone():
        return [connection.receiver for connection in order_placed.connections] == [ship]
"""
"""What connects a method of its own, and whether nothing is left of it."""


FIXTURES = {
    "returned": """
        @pytest.fixture
        def app():
            return App()
    """,
    "yielded": """
        @pytest.fixture
        def app():
            yield App()
    """,
    "held in a cycle": """
        @pytest.fixture
        def app():
            app = App()
            app.itself = app
            return app
    """,
    "among others": """
        @pytest.fixture
        def inner():
            return [App()]

        @pytest.fixture
        def app(inner):
            yield {"apps": inner}
    """,
    "made by a factory": """
        @pytest.fixture
        def app():
            apps = []

            def make():
                apps.append(App())
                return apps[-1]

            make()
            return make
    """,
    "for all tests": """
        @pytest.fixture(autouse=True)
        def automatic(request):
            return None if request.node.name == "test_after" else App()

        @pytest.fixture
        def app(request, automatic):
            return request.getfixturevalue("automatic")
    """,
    "with parameters": """
        @pytest.fixture(params=[App, lambda: [App()]])
        def app(request):
            return request.param()
    """,
}


@pytest.mark.parametrize("fixture", FIXTURES.values(), ids=FIXTURES)
def test_what_only_a_fixtures_value_holds_does_not_count(run: pytest.Pytester, fixture: str) -> None:
    """It is gone before the next test begins, which asserts so."""
    forbid_leftovers(run)
    run.makepyfile(
        dedent(APP)
        + dedent(fixture)
        + dedent("""
            def test_uses(app): ...

            def test_uses_and_returns(app):
                assert not is_alone()

            def test_after():
                assert is_alone()

            @pytest.mark.xfail
            def test_fails_as_expected(app):
                assert False
        """)
    )
    result = run.runpytest("-W", "error")
    assert (result.parseoutcomes().keys() <= {"passed", "xfailed"}, result.ret) == (True, 0)


@pytest.mark.parametrize("scope", ["class", "module", "package", "session"])
def test_fixtures_of_a_wider_scope_are_ignored(run: pytest.Pytester, scope: str) -> None:
    """Whether a test names them, requests them while it runs, or comes first in its class or module."""
    forbid_leftovers(run)
    run.makepyfile(
        dedent(APP)
        + dedent(f"""
            @pytest.fixture(scope="{scope}")
            def app():
                return App()

            @pytest.fixture(scope="{scope}")
            def more():
                yield App()

            @pytest.fixture
            def asks(request):
                return request.getfixturevalue("more")

            class TestAll:
                @classmethod
                def setup_class(cls):
                    cls.app = App()

                def test_names(self, app): ...
                def test_asks(self, request):
                    request.getfixturevalue("more")
                def test_asks_in_a_fixture(self, asks): ...

            def setup_module():
                global own
                own = App()

            def test_leaves(app):
                app.another = App()

            def test_last(): ...
        """)
    )
    result = run.runpytest()
    result.assert_outcomes(passed=5, errors=1 if scope != "class" else 0)


def test_a_unittest_class_is_checked_too(run: pytest.Pytester) -> None:
    """What `setUp` connects is gone with the instance, unless something else holds it."""
    forbid_leftovers(run)
    run.makepyfile(
        dedent(APP)
        + dedent("""
            kept = []

            class TestShop(unittest.TestCase):
                @classmethod
                def setUpClass(cls):
                    cls.app = App()

                def setUp(self):
                    self.app = App()
                    order_placed.connect(self.receive)

                def receive(self, sender, **extra): ...

                def test_one(self): ...
                def test_two(self):
                    self.assertLessEqual(len(order_placed.connections), 5)
                def test_three(self):
                    kept.append(self.app)
        """)
    )
    result = run.runpytest()
    result.assert_outcomes(passed=3, errors=1)
    result.stdout.fnmatch_lines(["test_three left 1 receiver connected:", "  receiver 'App.receive' *"])


def test_what_stays_for_the_next_test_counts(run: pytest.Pytester) -> None:
    """pytest keeps the instances of a test class, and a module keeps its globals; the next test asserts so."""
    forbid_leftovers(run)
    run.makepyfile(
        dedent(APP)
        + dedent("""
            kept = []

            @pytest.fixture
            def app():
                kept.append(App())
                return kept[-1]

            def test_uses(app): ...

            def test_after():
                assert len(order_placed.connections) == 2
                kept.clear()

            class TestShop:
                def setup_method(self):
                    self.app = App()

                def test_uses(self): ...

            def test_after_it():
                assert len(order_placed.connections) == 2

            @pytest.mark.skipif("True", reason="never")
            def test_skipped(app): ...
        """)
    )
    run.runpytest().assert_outcomes(passed=4, errors=2, skipped=1)


def test_a_failing_test_is_not_blamed_for_what_its_traceback_holds(run: pytest.Pytester) -> None:
    """One error is enough."""
    forbid_leftovers(run)
    run.makepyfile("""
        from shop import *

        def test_fails():
            def local(sender, **extra): ...
            order_placed.connect(local)
            order_placed.send("shop", order_id=1)
            assert False
    """)
    run.runpytest().assert_outcomes(failed=1)


# The trace

FAILS = """
    from shop import *

    def test_fails():
        order_shipped.connect(mail)
        try:
            order_placed.send("shop", order_id=7)
        finally:
            order_shipped.disconnect(mail)

    def test_passes():
        order_placed.send("shop", order_id=8)
"""


def traces(run: pytest.Pytester, *options: str) -> dict[str, list[str]]:
    """Return the lines of the trace in each report that has one, by test and phase, without the folder's path."""
    reports = run.inline_run("--signals-trace", *options).getreports("pytest_runtest_logreport")
    return {
        f"{report.head_line} {report.when}": content.replace(f"{run.path}/", "").splitlines()
        for report in reports
        for title, content in report.sections
        if title == "Signals sent (--signals-trace)"
    }


def test_the_trace_of_a_failing_test_shows_which_receiver_sent_what(run: pytest.Pytester) -> None:
    """As a tree, with the receivers that raised; a test that passes has none."""
    run.makepyfile(FAILS)
    assert traces(run) == {
        "test_fails call": [
            "<Signal 'shop.order-placed'> by 'shop': order_id=7",
            "  receiver 'ship' (shop.py:11) raised LookupError",
            "    <Signal 'shop.order-shipped'> by 'shop': order_id=7",
            "      receiver 'mail' (shop.py:16) raised LookupError",
        ]
    }


def test_the_trace_shows_receivers_of_a_namespace(run: pytest.Pytester) -> None:
    """After the signal's own, with what they send and raise, wherever they are connected."""
    run.makepyfile("""
        from shop import *

        def audit(signal, sender, payload):
            if signal is order_placed:
                shop.signal("audited").send(sender, signal=signal.name)
                raise LookupError

        def test_fails():
            shop.connect(audit)
            try:
                order_placed.send("shop", order_id=7)
            finally:
                shop.disconnect(audit)
    """)
    assert traces(run) == {
        "test_fails call": [
            "<Signal 'shop.order-placed'> by 'shop': order_id=7",
            "  receiver 'ship' (shop.py:11)",
            "    <Signal 'shop.order-shipped'> by 'shop': order_id=7",
            "      receiver 'audit' (test_the_trace_shows_receivers_of_a_namespace.py:3)",
            "  receiver 'audit' (test_the_trace_shows_receivers_of_a_namespace.py:3) raised LookupError",
            "    <Signal 'shop.audited'> by 'shop': signal='order-placed'",
            "      receiver 'audit' (test_the_trace_shows_receivers_of_a_namespace.py:3)",
        ]
    }


def test_the_trace_is_printed_with_the_failure(run: pytest.Pytester) -> None:
    """In its own section, and only if it is switched on."""
    run.makepyfile(FAILS)
    result = run.runpytest("--signals-trace")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        ["*- Signals sent (--signals-trace) -*", "<Signal 'shop.order-placed'> by 'shop': order_id=7"]
    )
    assert "Signals sent" not in run.runpytest().stdout.str()


def test_the_trace_of_fixtures_is_shown_with_them(run: pytest.Pytester) -> None:
    """What they sent, up to the failure; of signals that are declared in the test too."""
    run.makepyfile("""
        import pytest
        from typedsignals import Signal
        from shop import *

        @pytest.fixture
        def failing_setup():
            order_shipped.send("setup", order_id=1)
            raise LookupError

        @pytest.fixture
        def failing_teardown():
            yield
            Signal(name="new").send("teardown")
            raise LookupError

        def test_setup(failing_setup): ...

        def test_teardown(failing_teardown): ...

        def test_nothing():
            assert False
    """)
    assert traces(run) == {
        "test_setup setup": ["<Signal 'shop.order-shipped'> by 'setup': order_id=1"],
        "test_teardown teardown": ["<Signal 'new'> by 'teardown': no fields"],
        "test_nothing call": ["nothing"],
    }


def test_the_trace_knows_every_way_to_send(run: pytest.Pytester) -> None:
    """Robust, by payload, awaited, concurrent, in worker threads and by wrapped receivers."""
    run.makepyfile("""
        import asyncio
        from functools import wraps
        from typedsignals import Signal
        from shop import OrderPlaced

        outer, inner = Signal(OrderPlaced, name="outer"), Signal(name="inner")

        async def slow(sender, **extra):
            await asyncio.sleep(0)
            inner.send("slow")

        def blocking(sender, **extra):
            inner.send("blocking")

        async def by_payload(sender, payload):
            inner.send("by_payload")

        def run_to_end(receiver):
            return lambda *args, **kwargs: asyncio.run(receiver(*args, **kwargs))

        async def send_all():
            await outer.send_async(1, order_id=1)
            await outer.send_robust_async(2, order_id=2)
            await outer.send_payload_async(3, OrderPlaced(order_id=3))
            await outer.send_concurrent(4, order_id=4)

        def test_all():
            outer.connect(slow)
            outer.connect(blocking, thread=True)
            outer.connect(by_payload, as_payload=True)
            asyncio.run(send_all())
            outer.send(5, order_id=5, _async_wrapper=run_to_end)
            outer.send_robust(6, order_id=6)
            assert False
    """)
    (lines,) = traces(run).values()
    receivers = [
        "  receiver 'slow' (test_the_trace_knows_every_way_to_send.py:8)",
        "    <Signal 'inner'> by 'slow': no fields",
        "  receiver 'blocking' (test_the_trace_knows_every_way_to_send.py:12)",
        "    <Signal 'inner'> by 'blocking': no fields",
        "  receiver 'by_payload' (test_the_trace_knows_every_way_to_send.py:15)",
        "    <Signal 'inner'> by 'by_payload': no fields",
    ]
    in_order = [f"<Signal 'outer'> by {number}: order_id={number}" for number in range(1, 7)]
    sends = [lines[start : start + 7] for start in range(0, 35, 7)]
    assert sends[0] == [in_order[0], *receivers]
    assert sends[1] == [in_order[1], *receivers]
    assert sends[2] == [in_order[2], *receivers]
    # The order in which they begin is not defined.
    assert sorted(sends[3]) == sorted([in_order[3], *receivers])
    assert sends[4] == [in_order[4], *receivers]
    assert lines[35:] == [in_order[5], *receivers[2:4]]


def test_the_trace_changes_nothing_for_senders(run: pytest.Pytester) -> None:
    """Even if a value cannot be shown; unlike a capture, it does not count as a receiver."""
    run.makepyfile("""
        from typedsignals import Signal
        from typedsignals.testing import capture
        from shop import OrderPlaced

        class Secretive:
            def __repr__(self):
                raise PermissionError

        def test_all():
            lazy, untyped = Signal(OrderPlaced, name="lazy", validate="connected"), Signal(name="untyped")
            assert not lazy.has_receivers_for(None)
            assert lazy.send(None, order_id="wrong") == []
            with capture(lazy) as captured:
                assert lazy.has_receivers_for(None)
                lazy.send(None, order_id=7)
            untyped.send(Secretive(), value=Secretive())
            captured.assert_sent(order_id=8)
    """)
    secretive = "<Secretive, whose repr raised PermissionError>"
    assert list(traces(run).values()) == [
        ["<Signal 'lazy'> by None: order_id=7", f"<Signal 'untyped'> by {secretive}: value={secretive}"]
    ]


def test_the_trace_is_bounded_and_hides_what_must_not_be_shown(run: pytest.Pytester) -> None:
    """It shows the first and last of many lines, the beginning of long values, and nothing of secrets."""
    run.makepyfile("""
        from pydantic import BaseModel, Field, SecretStr
        from typedsignals import Payload, Signal

        class Card(BaseModel):
            number: str = Field(repr=False)

        class Login(Payload):
            user: str
            password: str = Field(repr=False)
            pin: SecretStr
            card: Card

        logged_in, counted = Signal(Login, name="logged-in"), Signal(name="counted")

        def test_all():
            card = Card(number="hunter2")
            logged_in.send(None, user="x" * 9_000_000, password="hunter2", pin=SecretStr("hunter2"), card=card)
            for number in range(10_000):
                counted.send(None, number=number)
            assert False
    """)
    (lines,) = traces(run).values()
    long = f"'{'x' * 499}... (9000002 characters)"
    assert lines[0] == f"<Signal 'logged-in'> by None: user={long}, password=<hidden>, pin=<hidden>, card=Card()"
    assert lines[199] == "<Signal 'counted'> by None: number=198"
    assert lines[200] == "... 9601 more lines ..."
    assert lines[201] == "<Signal 'counted'> by None: number=9800"
    assert lines[-1] == "<Signal 'counted'> by None: number=9999"


# With other plugins

ASYNC_TESTS = """
    import anyio
    import pytest
    from shop import *

    pytestmark = pytest.mark.{marker}

    async def receive(sender, order_id, **extra):
        await anyio.sleep(0)
        await order_shipped.send_async(sender, order_id=order_id)

    async def test_fixtures(isolated_signals, capture_signals):
        captured = capture_signals(order_placed, order_shipped)
        assert order_placed.connections == ()
        order_placed.connect(receive)
        await order_placed.send_async("shop", order_id=7)
        captured.assert_order(order_placed, order_shipped)

    async def test_fails():
        with order_placed.connected_to(receive):
            await order_placed.send_async("shop", order_id=8)
        assert False

    async def test_leaves():
        order_placed.connect(receive, weak=False)
"""


@pytest.mark.parametrize(("marker", "names"), [("asyncio", [""]), ("anyio", ["[asyncio]", "[trio]"])])
def test_everything_works_in_async_tests(run: pytest.Pytester, marker: str, names: list[str]) -> None:
    """With pytest-asyncio, and with anyio's plugin on both event loops."""
    forbid_leftovers(run)
    test_file = run.makepyfile(ASYNC_TESTS.format(marker=marker))
    for name in names:
        result = run.runpytest(f"{test_file}", "-k", name.strip("[]") or "test")
        result.assert_outcomes(passed=2, failed=1, errors=1, deselected=0 if len(names) == 1 else 3)
        result.stdout.fnmatch_lines(f"test_leaves{name} left 1 receiver connected:")
    expected = [
        "<Signal 'shop.order-placed'> by 'shop': order_id=8",
        "  receiver 'ship' (shop.py:11)",
        "    <Signal 'shop.order-shipped'> by 'shop': order_id=8",
        f"  receiver 'receive' ({test_file.name}:7)",
        "    <Signal 'shop.order-shipped'> by 'shop': order_id=8",
    ]
    run.makeini(SETTINGS)
    assert traces(run) == {f"test_fails{name} call": expected for name in names}


def test_everything_works_in_workers_of_xdist(run: pytest.Pytester) -> None:
    """Their reports bring the trace and the leftover receivers to the terminal."""
    forbid_leftovers(run)
    run.makepyfile(test_trace=FAILS, test_leftovers=LEAVES)
    result = run.runpytest_subprocess("--numprocesses=1", "--signals-trace")
    result.assert_outcomes(passed=3, failed=1, errors=1)
    result.stdout.fnmatch_lines_random(
        [
            "*- Signals sent (--signals-trace) -*",
            f"      receiver 'mail' ({run.path / 'shop.py'}:16) raised LookupError",
            "test_leaves left 2 receivers connected:",
        ]
    )
