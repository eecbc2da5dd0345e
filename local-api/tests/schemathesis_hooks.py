"""JSON Schema counts the characters of a string; the service counts the UTF-16 units of a body's trimmed strings, as each
`description` says and no keyword can. What is within a `maxLength` by one count and beyond it by the other is left out:
there, the tester and the service do not mean the same."""

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


def count_alike(texts, trimmed):
    """Whether each of these texts is within the same limits by both counts."""
    return all(
        (len(text) <= limit) == (units(text.strip() if trimmed else text) <= limit)
        for text in texts
        for limit in LIMITS
    )


@schemathesis.hook
def filter_body(context, body):
    return count_alike(strings(body), trimmed=True)


@schemathesis.hook
def filter_query(context, query):
    return count_alike(strings(query), trimmed=False)
