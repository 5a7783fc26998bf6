"""Fixtures: emulators live for the whole run and are emptied before each test; homes and proxies live for one test."""
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(1, str(Path(__file__).parents[1]))

from Campaign import report  # noqa: E402
from support import boundaries, recordings  # noqa: E402
from support.bad import table  # noqa: E402
from support.cld import Cld  # noqa: E402
from support.emulator import Ministack, Moto  # noqa: E402
from support.fault_proxy import FaultProxy  # noqa: E402


@pytest.fixture(scope="session")
def _moto():
    server = Moto()
    yield server
    server.close()


@pytest.fixture(scope="session")
def _ministack():
    server = Ministack()
    yield server
    server.close()


@pytest.fixture
def moto(_moto):
    """moto, empty, that checks no signatures."""
    _moto.check_signatures(False)
    _moto.reset()
    yield _moto
    _moto.check_signatures(False)


@pytest.fixture
def ministack(_ministack):
    """ministack, empty."""
    _ministack.reset()
    return _ministack


@pytest.fixture
def proxies():
    """Makes proxies in front of emulators."""
    made = []

    def make(cloud):
        made.append(FaultProxy(cloud.url))
        return made[-1]

    yield make
    for proxy in made:
        proxy.close()


@pytest.fixture
def homes():
    """Makes homes of cld."""
    made = []

    def make(place, **options):
        made.append(Cld(place.url, **options))
        return made[-1]

    yield make
    for home in made:
        home.close()


@pytest.fixture
def moto_proxy(moto, proxies):
    return proxies(moto)


@pytest.fixture
def cld(homes, moto_proxy):
    """A home whose cloud is moto behind the proxy."""
    return homes(moto_proxy)


def pytest_terminal_summary(terminalreporter):
    """The table of the bad plugins, the count of the recorded cases and the tables of the fault campaign, even with -q."""
    if table.ROWS:
        terminalreporter.section("bad plugins")
        for line in table.lines():
            terminalreporter.write_line(line)
    if recordings.COUNTS:
        terminalreporter.section("recorded cases")
        for line in recordings.lines():
            terminalreporter.write_line(line)
    if boundaries.ROWS:
        terminalreporter.section("boundaries of effects")
        for line in boundaries.lines():
            terminalreporter.write_line(line)
    if report.PRINTED:
        terminalreporter.section("fault campaign")
        for line in report.PRINTED:
            terminalreporter.write_line(line)
