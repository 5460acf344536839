"""What /openapi.json says of an operation, as a reader of the page must find it."""

import json
import re

PERIODS = {60: "minute", 3600: "hour", 86400: "day"}


class Document:
    def __init__(self, parsed):
        self.parsed = parsed
        self.operations = {one["operationId"]: {"method": method.upper(), "path": path, **one}
                           for path, methods in parsed["paths"].items() for method, one in methods.items()}

    def follow(self, node):
        while "$ref" in node:
            target = self.parsed
            for step in node["$ref"].removeprefix("#/").split("/"):
                target = target[step]
            node = target
        return node

    def fields(self, schema, prefix="", above=()):
        """Every member of a body with its members: {"guest.children[].name": (required, schema)}."""
        if "anyOf" in schema:
            return {name: one for each in schema["anyOf"] for name, one in self.fields(each, prefix, above).items()}
        if "$ref" in schema:
            if schema["$ref"] in above:
                return {}
            return self.fields(self.follow(schema), prefix, (*above, schema["$ref"]))
        if "items" in schema:
            return self.fields(schema["items"], prefix.removesuffix(".") + "[].", above)
        found = {}
        for name, one in schema.get("properties", {}).items():
            found[prefix + name] = (name in schema.get("required", []), one)
            found.update(self.fields(one, f"{prefix}{name}.", above))
        return found


def constraints(schema):
    """The words and numbers a reader needs to send a value that is taken."""
    found = [str(schema[name]) for name in ("minLength", "maxLength", "minItems", "maxItems") if name in schema]
    # The limits of the integer types themselves say nothing.
    found += [str(schema[name]) for name in ("minimum", "maximum") if abs(schema.get(name, 2**31)) < 2**31 - 1]
    found += [json.dumps(value) for value in schema.get("enum", schema.get("items", {}).get("enum", []))]
    if schema.get("format", "int32") not in ("int32", "int64"):
        found.append(schema["format"])
    return found


def codes(response):
    """The stable codes a response's description lists."""
    return re.findall(r"^- `([^`]+)`", response["description"], re.MULTILINE)


def rate(limit):
    seconds = limit["per_seconds"]
    return f'{limit["requests"]} requests a {PERIODS.get(seconds, f"{seconds} seconds")}, by {limit["by"]}'
