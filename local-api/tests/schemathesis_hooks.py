"""JSON Schema counts the characters of a string, the service its UTF-16 units, as each `description` says and no
keyword can. What is within a `maxLength` by the one count and beyond it by the other is valid to the tester alone."""

import json
import os

import schemathesis


def limits(schema):
    """Every `maxLength` below this part of a document."""
    if isinstance(schema, dict):
        if isinstance(schema.get("maxLength"), int):
            yield schema["maxLength"]
        schema = list(schema.values())
    if isinstance(schema, list):
        for part in schema:
            yield from limits(part)


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from strings(part)


def units(text):
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


with open(os.environ["OPENAPI"], encoding="utf-8") as document:
    LIMITS = set(limits(json.load(document)))


def counts_alike(value):
    return not any(len(text) <= limit < units(text) for text in strings(value) for limit in LIMITS)


@schemathesis.hook
def filter_body(context, body):
    return counts_alike(body)


@schemathesis.hook
def filter_query(context, query):
    return counts_alike(query)
