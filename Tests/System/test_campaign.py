"""A slice of the fault campaign: every point meets every fault once, and the removal of every guard is noticed."""
import time
from pathlib import Path

import pytest

from Campaign import controls
from Campaign.campaign import Campaign
from Campaign.report import PRINTED, Report, failure

SEED = 20261121
CASES = 256
LANES = 4


@pytest.fixture(scope="module")
def campaign():
    made = Campaign(Path(__file__).resolve().parents[2] / ".build-campaign", LANES)
    yield made
    made.close()


def test_nothing_is_forgotten_or_made_twice_whatever_dies(campaign):
    started = time.monotonic()
    matrix = campaign.matrix()
    assert not campaign.broken, "\n".join(map(failure, campaign.broken))
    cases = matrix.slice(CASES, SEED)
    assert len(cases) == CASES and len({case.id for case in cases}) == CASES
    results = campaign.run(cases)
    report = Report(results, campaign.audit(), SEED, time.monotonic() - started)
    PRINTED.extend(report.lines())
    assert report.is_clean, "\n".join(map(failure, report.failed)) + "".join(str(audit) for audit in report.audits if audit["violations"])
    # A case whose fault never comes shows nothing; single faults come from a survey, so nearly all of them must.
    assert len(report.unmet) <= CASES // 10, [result["id"] for result in report.unmet]


def test_the_removal_of_each_guard_is_noticed(campaign):
    lines = []
    assert controls.run(campaign, lines.append), "\n".join(lines)
    PRINTED.extend(lines)
