"""Rules by which the simulated cloud misbehaves."""

ACTIONS = {
    "cut", "error", "when", "throttle", "delay_ms", "land_after_ms", "signal", "provision_ms", "provision", "refuse_delete", "list_lag_ms", "hold"}
CONDITIONS = {"op", "type", "nth", "times", "tag", "name"}


class Rules:
    """The rules that stand, and how often each matched and fired."""

    def __init__(self):
        self.rules = []

    def replace(self, rules):
        for rule in rules:
            unknown = (set(rule.get("match", {})) - CONDITIONS) | (set(rule["do"]) - ACTIONS)
            if unknown:
                raise ValueError(f"no such members of a rule: {sorted(unknown)}")
        self.rules = [{**rule, "match": rule.get("match", {}), "matched": 0, "fired": 0} for rule in rules]

    def state(self):
        return self.rules

    def match(self, call, thing):
        """What the rules want of a call: the number of the first that fires, and what all that fire want together."""
        number, do = None, {}
        for index, rule in enumerate(self.rules):
            if not self.is_met(rule["match"], call, thing):
                continue
            rule["matched"] += 1
            first = rule["match"].get("nth", 1)
            times = rule["match"].get("times", 1)
            if rule["matched"] < first or (times is not None and rule["matched"] >= first + times):
                continue
            rule["fired"] += 1
            number = index if number is None else number
            do = {**rule["do"], **do}
        return number, do

    @staticmethod
    def is_met(condition, call, thing):
        for member in ("op", "type"):
            if condition.get(member) not in (None, getattr(call, member)):
                return False
        tags = call.tags if call.tags is not None else (thing or {}).get("tags", {})
        if "tag" in condition:
            key, value = condition["tag"].split("=", 1)
            if tags.get(key) != value:
                return False
        if "name" in condition:
            name = thing["name"] if thing else call.name or call.id or ""
            if not name.startswith(condition["name"]):
                return False
        return True
