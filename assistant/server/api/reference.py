"""A page that shows an OpenAPI description: plain HTML, nothing from elsewhere. Pure."""

import json
import re
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

_STYLE = """:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;
padding:0 1rem}h2{margin-top:2.5rem;border-bottom:1px solid #8886}h3{margin:1.8rem 0 .3rem;font:600 1rem ui-monospace,
monospace;overflow-wrap:anywhere}h3 b{display:inline-block;min-width:4.2rem}table{border-collapse:collapse;width:100%}
td,th{text-align:left;vertical-align:top;padding:.25rem .75rem .25rem 0;border-bottom:1px solid #8883}
code,pre{font:.875rem/1.45 ui-monospace,monospace;overflow-wrap:anywhere}pre{background:#8882;padding:.75rem;
border-radius:.4rem;overflow-x:auto}summary{cursor:pointer}"""


def page(description: Mapping[str, Any]) -> str:
    """The whole page."""
    about = description["info"]
    body = "".join(_sections(description))
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(about["title"])}: REST</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body><main>'
        f"<h1>{escape(about['title'])}: REST</h1>{_prose(about['description'])}"
        f'<p>For programs: <a href="openapi.json">openapi.json</a>.</p>{body}</main></body></html>'
    )


def _sections(description: Mapping[str, Any]) -> Iterator[str]:
    by_tag: dict[str, list[str]] = {}
    for path, item in description["paths"].items():
        for method, operation in item.items():
            tag = next(iter(operation.get("tags", [])), "other")
            by_tag.setdefault(tag, []).append(_operation(method, path, operation))
    for tag, operations in by_tag.items():
        yield f"<section><h2>{escape(tag.capitalize())}</h2>{''.join(operations)}</section>"
    schemas = description["components"]["schemas"].items()
    listed = "".join(_schema(name, schema) for name, schema in sorted(schemas))
    yield f"<section><h2>What is sent and received</h2>{listed}</section>"


def _operation(method: str, path: str, operation: Mapping[str, Any]) -> str:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    parameters = "".join(map(_parameter, operation.get("parameters", [])))
    rows = f"<table>{parameters}</table>" if parameters else ""
    sent = f"<p>Body: {_kind(body)}</p>" if body else ""
    responses = "".join(
        f"<div>{escape(status)}: {_response(response)}</div>"
        for status, response in operation["responses"].items()
        if status.startswith("2")
    )
    return (
        f"<article><h3><b>{escape(method.upper())}</b> {escape(path)}</h3>"
        f"{_prose(operation.get('description', ''))}{rows}{sent}{responses}</article>"
    )


def _parameter(parameter: Mapping[str, Any]) -> str:
    about = parameter.get("description") or parameter["schema"].get("description", "")
    needed = " (needed)" if parameter.get("required") else ""
    name = f"<code>{escape(parameter['name'])}</code>{needed}"
    return f"<tr><th scope=row>{name}</th><td>{_kind(parameter['schema'])}</td><td>{_line(about)}</td></tr>"


def _response(response: Mapping[str, Any]) -> str:
    contents = response.get("content", {}).values()
    kinds = " or ".join(filter(None, (_kind(content.get("schema", {})) for content in contents)))
    examples = "".join(_example(content["example"]) for content in contents if "example" in content)
    return f"{kinds} {_line(response['description'])}{examples}"


def _example(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
    return f"<details><summary>Example</summary><pre>{escape(text)}</pre></details>"


def _schema(name: str, schema: Mapping[str, Any]) -> str:
    needed = schema.get("required", [])
    rows = "".join(
        f"<tr><th scope=row><code>{escape(key)}</code>{' (needed)' if key in needed else ''}</th>"
        f"<td>{_kind(each)}</td><td>{_line(each.get('description', ''))}</td></tr>"
        for key, each in schema.get("properties", {}).items()
    )
    examples = "".join(
        f"<pre>{escape(json.dumps(each, indent=2, ensure_ascii=False))}</pre>" for each in schema.get("examples", [])
    )
    about = _prose(schema.get("description", ""))
    return f'<article id="{escape(name)}"><h3>{escape(name)}</h3>{about}<table>{rows}</table>{examples}</article>'


def _kind(schema: Mapping[str, Any]) -> str:
    """What a value is, in a few words; what is described on the page is a link there."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f'<a href="#{escape(name)}">{escape(name)}</a>'
    if "anyOf" in schema:
        return " or ".join(_kind(each) for each in schema["anyOf"])
    if "enum" in schema or "const" in schema:
        return ", ".join(f"<code>{escape(str(each))}</code>" for each in schema.get("enum", [schema.get("const")]))
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}" if schema.get("items") else "list"
    return escape(str(schema.get("format") or schema.get("type", "")))


def _prose(text: str) -> str:
    return "".join(f"<p>{_line(part)}</p>" for part in text.split("\n\n") if part.strip())


def _line(text: str) -> str:
    """A text with what is between backquotes as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(" ".join(text.split())))
