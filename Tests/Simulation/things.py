"""The things of the simulated cloud, by the four classes of identity."""
import secrets
import time


class Refusal(Exception):
    """An answer that is no success."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status, self.message = status, message


class Things:
    """All that exists. What a call does to it is known when `execute` returns."""

    # `waiting` is named, and never becomes ready.
    TYPES = ("named", "token", "tagged", "plain", "waiting")
    PAGE = 100

    def __init__(self):
        self.things = {}
        # Keys of foreign things; a reset leaves them.
        self.foreign = set()
        # How long a client token is remembered, in seconds.
        self.window = 60.0
        # When a token was used and for which thing.
        self.tokens = {}
        self.used = set()
        # Of each tag who has it, so that a list need not look at everything.
        self.tagged = {}

    def find(self, kind, id):
        return self.things.get((kind, id))

    def all(self):
        return [self.shown(thing) for thing in self.things.values()]

    def forget_ours(self):
        for key in [key for key in self.things if key not in self.foreign]:
            self.remove(key)
        self.tokens.clear()
        self.used.clear()

    def add_foreign(self, count):
        """Things of other owners: their names are like ours, and every third has our keys with other values."""
        made = []
        for number in range(count):
            kind = self.TYPES[number % 4]
            name = f"stack-20261121093000-Thing{number}"
            tags = {"owner": f"team-{number % 7}"}
            if number % 3 == 0:
                tags = {
                    "cld:installation": "inst-of-another", "cld:stack": f"stk-foreign{number}", "cld:stack-name": "stack",
                    "cld:logical-id": f"Thing{number}", "cld:resource": f"res-foreign{number}-1"}
            id = name if kind == "named" else f"{kind}-f{number:08x}"
            thing = self.add(kind, id, name, tags, {"Text": "of another"}, {})
            self.foreign.add((kind, id))
            made.append(thing)
        return made

    def execute(self, call, do, image):
        """Does a call. Returns what it changed and the answer; raises `Refusal`."""
        if call.type == "images":
            return "none", {"image": image}
        return getattr(self, call.op)(call, do)

    # Each call

    def create(self, call, do):
        if call.type == "token" and call.token:
            used = self.tokens.get(call.token)
            if used and time.monotonic() - used[0] < self.window:
                thing = self.things.get(used[1])
                if not thing:
                    raise Refusal(409, f"the token {call.token} was used for {used[1][1]}, which is deleted")
                return "deduplicated", self.shown(thing)
        is_named = call.type in ("named", "waiting")
        if is_named and (call.type, call.name) in self.things:
            raise Refusal(409, f"a thing named {call.name} exists")
        id = call.name if is_named else f"{call.type}-{secrets.token_hex(8)}"
        thing = self.add(call.type, id, call.name, call.tags, call.properties, do)
        call.id = id
        if call.type == "token" and call.token:
            self.tokens[call.token] = (time.monotonic(), (call.type, id))
        return "created", self.shown(thing)

    def read(self, call, _):
        return "none", self.shown(self.known(call))

    def list(self, call, do):
        now = time.monotonic()
        matches = None
        for tag in call.tags.items():
            keys = self.tagged.get(tag, set())
            matches = keys if matches is None else matches & keys
        keys = sorted(key for key in (self.things if matches is None else matches) if key[0] == call.type)
        cursor = (call.query.get("cursor") or [""])[0]
        lag = do.get("list_lag_ms", 0) / 1000
        items, following = [], None
        for key in keys:
            thing = self.things[key]
            if key[1] <= cursor or now < max(thing["_listed_at"], thing["_made_at"] + lag):
                continue
            if len(items) == self.PAGE:
                following = items[-1]["id"]
                break
            items.append(self.shown(thing))
        return "none", {"items": items, "next": following}

    def update(self, call, _):
        thing = self.known(call)
        if self.is_repeated(call, "update"):
            return "deduplicated", self.shown(thing)
        thing["properties"] = {**thing["properties"], **call.properties}
        thing["revision"] += 1
        return "updated", self.shown(thing)

    def part(self, call, _):
        thing = self.known(call)
        if call.type == "token" and self.is_repeated(call, "part"):
            return "deduplicated", self.shown(thing)
        if call.type == "named" and call.name in thing["parts"]:
            raise Refusal(409, f"{thing['id']} has a part {call.name}")
        thing["parts"].append(call.name)
        return "part", self.shown(thing)

    def action(self, call, _):
        thing = self.known(call)
        if call.type != "plain" and self.is_repeated(call, "action"):
            return "deduplicated", self.shown(thing)
        thing["actions"]["restart"] = thing["actions"].get("restart", 0) + 1
        return "acted", self.shown(thing)

    def delete(self, call, do):
        thing = self.known(call)
        if "refuse_delete" in do:
            raise Refusal(409, do["refuse_delete"])
        self.remove((call.type, call.id))
        return "deleted", {"id": thing["id"]}

    # What they need

    def known(self, call):
        """The thing that a call names."""
        thing = self.things.get((call.type, call.id))
        if not thing:
            raise Refusal(404, f"there is no {call.type} {call.id}")
        return thing

    def is_repeated(self, call, op):
        """Whether this token has done this to this thing before."""
        if not call.token:
            return False
        key = (op, call.type, call.id, call.token)
        if key in self.used:
            return True
        self.used.add(key)
        return False

    def add(self, kind, id, name, tags, properties, do):
        now = time.monotonic()
        wait = do.get("provision_ms", 0) / 1000
        if kind == "waiting" and "provision_ms" not in do:
            wait = float("inf")
        thing = {
            "id": id, "type": kind, "name": name, "tags": tags, "properties": properties, "parts": [], "actions": {}, "revision": 1,
            "_made_at": now, "_listed_at": now + do.get("list_lag_ms", 0) / 1000, "_ready_at": now + wait,
            "_end": "failed" if do.get("provision") == "fail" else "ready"}
        self.things[(kind, id)] = thing
        for tag in tags.items():
            self.tagged.setdefault(tag, set()).add((kind, id))
        return thing

    def remove(self, key):
        thing = self.things.pop(key)
        for tag in thing["tags"].items():
            keys = self.tagged[tag]
            keys.discard(key)
            if not keys:
                del self.tagged[tag]

    @staticmethod
    def shown(thing):
        state = thing["_end"] if time.monotonic() >= thing["_ready_at"] else "pending"
        return {name: value for name, value in thing.items() if name[0] != "_"} | {"state": state}
