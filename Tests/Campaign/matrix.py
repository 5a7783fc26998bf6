"""All cases: every point that the kind passes, times every fault, times every kind, times every class; from a survey, nothing is listed by hand."""
import random
import zlib
from collections import Counter, defaultdict

from .case import CLOUD_ACTIONS, HOST_ACTIONS, WORKER_ACTIONS, Case, Fault
from .kinds import KINDS, SPECIAL

WORKER_POINTS = ("worker.start", "worker.load", "worker.ready", "worker.step", "worker.answer")
MUTATING = ("create", "update", "part", "action", "delete")
READ_ACTIONS = ("cut-before", "error-before", "throttle", "kill-before")
# How many passages of points count that are passed as often as somebody asks.
MOST_LOOKS = 4
# Reading is the same thing again and again; the first looks are those that decide.
MOST_READS = 3
# A recovery passes few points: the second of two faults comes early in it.
RECOVERY = 4


def mix(*words):
    """A number that is the same in every run and of every machine."""
    return zlib.crc32("/".join(map(str, words)).encode())


def surveys():
    """The cases without a fault, from which the others follow."""
    return [Case(kind.name, identity) for kind in KINDS.values() for identity in kind.classes]


class Matrix:
    """`survey` maps (kind, class) to the points that were passed and the calls that the cloud got, both in order."""

    def __init__(self, survey):
        self.survey = survey
        self.pools = {key: self.pool(*key) for key in survey}

    def singles(self):
        return [Case(kind, identity, faults) for (kind, identity), pool in self.pools.items() for faults in pool]

    def pool(self, kind, identity):
        """The faults of a kind and class, each a tuple: most are one fault, the special ones are two that belong together."""
        passed, calls = self.survey[kind, identity]
        if kind in SPECIAL:
            return [()] + SPECIALS[kind](passed, calls)
        return [(fault,) for fault in host_faults(kind, identity, passed) + cloud_faults(calls)] + lags(calls, identity)

    def doubles(self, seed, count):
        """Random pairs. The second fault meets what the first has left, so its number is drawn anew."""
        keys = sorted(key for key in self.pools if key[0] not in SPECIAL)
        cases = []
        for number in range(count):
            own = seed * 1_000_000 + number
            draw = random.Random(own)
            kind, identity = draw.choice(keys)
            singles = [faults for faults in self.pools[kind, identity] if len(faults) == 1]
            first = draw.choice(singles)[0]
            second = draw.choice([faults[0] for faults in singles if not faults[0].action.startswith("kill-") or not faults[0].is_of_cloud])
            second = Fault(second.point, draw.randint(1, min(second.number, RECOVERY)), second.action, second.argument)
            cases.append(Case(kind, identity, (first, second), seed=own))
        return cases

    def slice(self, count, seed, doubles=24):
        """As many cases, spread so that each pair of point and fault comes once before any comes twice, and kinds and classes come alike often."""
        by_pair = defaultdict(list)
        for case in self.singles():
            by_pair[pair(case)].append(case)
        for pair_of_it, cases in by_pair.items():
            cases.sort(key=lambda case: mix(seed, case.id))
        chosen, used = [], Counter()
        pairs = sorted(by_pair, key=lambda pair_of_it: mix(seed, *pair_of_it))
        while len(chosen) < count - doubles and any(by_pair.values()):
            for pair_of_it in pairs:
                cases = by_pair[pair_of_it]
                if not cases or len(chosen) >= count - doubles:
                    continue
                best = min(range(len(cases)), key=lambda place: (used[cases[place].kind, cases[place].identity], place))
                case = cases.pop(best)
                used[case.kind, case.identity] += 1
                chosen.append(case)
        return chosen + self.doubles(seed, min(doubles, count))


def pair(case):
    """Under which point and fault a case is counted."""
    if case.kind in SPECIAL:
        return ("special", case.kind)
    if not case.faults:
        return ("special", "no fault")
    if len(case.faults) == 1:
        fault = case.faults[0]
        return (fault.point, fault.action)
    return ("two faults", "random" if case.seed is not None else case.faults[1].action)


def numbers(point, count):
    """The passages of a point at which it is worth dying."""
    return range(1, min(count, MOST_LOOKS if point.startswith("event.") else count) + 1)


def host_faults(kind, identity, passed):
    """Kills at every passage; each other fault once at each point, the passage rotating over kinds, classes and faults."""
    faults = []
    # A sweep beside one of these is that of an earlier case.
    for point, count in sorted(Counter(point for point in passed if not point.startswith("sweep.")).items()):
        possible = numbers(point, count)
        for action in HOST_ACTIONS:
            chosen = possible if action == "kill" else [possible[mix(kind, identity, point, action) % len(possible)]]
            faults += [Fault(point, number, action) for number in chosen]
    steps = passed.count("step.before")
    for point in WORKER_POINTS:
        for action in WORKER_ACTIONS:
            number = 1 + mix(kind, identity, point, action) % max(1, steps) if point in ("worker.step", "worker.answer") else 1
            faults.append(Fault(point, number, action))
    return faults


def cloud_faults(calls):
    """Every changing call of the operation meets every fault of the cloud; the first looks meet those that a look can meet."""
    faults = []
    for op, count in sorted(Counter(calls).items()):
        if op in MUTATING:
            actions = CLOUD_ACTIONS + {"create": ("land", "fail"), "delete": ("refuse",)}.get(op, ())
            faults += [Fault(f"cloud.{op}", number, action) for number in range(1, count + 1) for action in actions]
        else:
            faults += [Fault(f"cloud.{op}", number, action) for number in range(1, min(count, MOST_READS) + 1) for action in READ_ACTIONS]
    return faults


def lags(calls, identity):
    """The reply is lost, and lists do not show yet what was made."""
    if identity not in ("token", "tagged") or "create" not in calls:
        return []
    return [(Fault("cloud.create", 1, action), Fault("cloud.create", 1, "lag")) for action in ("cut-after", "kill-after", "error-after")]


# The special cases


def kills(passed, points):
    counted = Counter(passed)
    return [(Fault(point, number, "kill"),) for point in points for number in numbers(point, counted[point])]


CORE = ("commit.before", "commit.after", "effect.before", "effect.after", "claim.before", "claim.after", "delete.before", "delete.after", "sweep.before", "sweep.after", "finish.before", "finish.after", "step.before", "step.after", "poll.before", "poll.after")


def late_landing(passed, calls):
    """Each costs as long as a cloud may take to show something, so there are fewer of them."""
    counted = Counter(passed)
    others = [
        (Fault(point, counted[point], action),)
        for point in ("commit.before", "claim.before", "effect.before", "delete.after", "sweep.before", "sweep.after") if counted[point]
        for action in ("stop", "full", "unreadable", "busy", "kill-worker", "clock-forward", "clock-back")]
    return kills(passed, CORE) + others


def outside_window(passed, calls):
    """The token was used, and the cloud has forgotten it when another host asks again: time has passed, or nobody knows how much."""
    jumps = [Fault("claim.before", 1, "clock-forward", 120), Fault("claim.after", 1, "clock-forward", 61), Fault("claim.before", 1, "clock-back")]
    deaths = [Fault("cloud.create", 1, "kill-after"), Fault("cloud.create", 1, "kill-before")]
    deaths += [Fault("effect.after", number, "kill") for number in numbers("effect.after", passed.count("effect.after"))]
    return [(death, jump) for death in deaths for jump in jumps]


def upgraded(passed, calls):
    return kills(passed, CORE) + [(Fault(point, 1, action),) for point in ("step.after", "effect.after") for action in ("stop", "full", "kill-worker")]


SPECIALS = {
    "late-landing": late_landing,
    "late-arrival": late_landing,
    "outside-window": outside_window,
    "look-up": lambda passed, calls: kills(passed, CORE) + [(Fault("cloud.create", 1, action),) for action in ("kill-before", "kill-after")],
    "upgrade": upgraded,
    "upgrade-part": upgraded,
}
