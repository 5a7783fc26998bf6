"""What the simulated cloud is asked for."""
from urllib.parse import parse_qs, unquote

from things import Things


class Call:
    """One request: what it asks for, and how it is answered."""

    def __init__(self, method, type, op, id=None, name=None, token=None, tags=None, properties=None, query=None):
        self.method, self.type, self.op, self.id, self.name = method, type, op, id, name
        self.token, self.tags, self.properties, self.query = token, tags, properties, query

    def entry(self, **outcome):
        return {
            "method": self.method, "type": self.type, "op": self.op, "id": self.id, "name": self.name, "token": self.token,
            "tags": self.tags, "properties": self.properties, **outcome}

    @classmethod
    def of(cls, request):
        """The call that a request is; None when it is none."""
        words = [unquote(word) for word in request.path.split("/")[1:]]
        if words == ["v1", "images", "newest"] and request.method == "GET":
            return cls("GET", "images", "read")
        if len(words) < 2 or words[0] != "v1" or words[1] not in Things.TYPES:
            return None
        kind, rest, body = words[1], words[2:], request.body
        match (request.method, rest):
            case ("POST", []):
                return cls("POST", kind, "create", None, body["name"], body.get("token"), body.get("tags") or {}, body.get("properties") or {})
            case ("GET", []):
                query = parse_qs(request.query)
                tags = dict(tag.split("=", 1) for tag in query.get("tag", []))
                return cls("GET", kind, "list", tags=tags, query=query)
            case ("GET", [id]):
                return cls("GET", kind, "read", id)
            case ("PUT", [id]):
                return cls("PUT", kind, "update", id, None, body.get("token"), None, body.get("properties") or {})
            case ("POST", [id, "parts"]):
                return cls("POST", kind, "part", id, body["name"], body.get("token"))
            case ("POST", [id, "actions", "restart"]):
                return cls("POST", kind, "action", id, None, body.get("token"))
            case ("DELETE", [id]):
                return cls("DELETE", kind, "delete", id)
        return None
