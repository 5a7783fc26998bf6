"""What the collection came to, for the end of the run: case, expected, got."""
ROWS = []


def add(name, expected, got):
    ROWS.append((name, expected, got))


def lines():
    width = max((len(name) for name, _, _ in ROWS), default=0)
    second = max((len(expected) for _, expected, _ in ROWS), default=0)
    yield f"{'case':{width}} | {'expected':{second}} | got"
    for name, expected, got in sorted(ROWS):
        yield f"{name:{width}} | {expected:{second}} | {got if got == expected else got + '   <-- DIFFERS'}"
    equal = sum(expected == got for _, expected, got in ROWS)
    yield f"{len(ROWS)} cases, {equal} equal, {len(ROWS) - equal} differ"
