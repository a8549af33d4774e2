"""YAML files held against pydantic models: what is wrong is said in one sentence, with the file, the field and what is allowed.

The models forbid unknown keys (`Model`); a key written twice, which YAML libraries let win in silence, is refused as well.
"""

import difflib
import typing
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import PydanticCustomError

from workbench.errors import UsageError


class Model(BaseModel):
    """Base: no unknown keys, no silent conversion."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def refuse(sentence: str) -> PydanticCustomError:
    """A refusal whose sentence reaches the user as it is."""
    return PydanticCustomError("refused", "{sentence}", {"sentence": sentence})


M = typing.TypeVar("M", bound=BaseModel)


def documents(path: Path, made: Callable[[Path, Any], Any] = lambda _, document: document) -> list[Any]:
    """The documents of a file, parsed again only when it has changed: a report asks for the same files several times.

    Args:
        made: what is made of each, once; told the file and the document.

    Raises:
        UsageError: the file cannot be read, or is no YAML; the sentence names file and line.
    """
    try:
        known = path.stat()
    except OSError as error:
        raise UsageError(f"{path}: cannot be read as YAML text in UTF-8: {error}.") from None
    return _parsed(path, made, known.st_mtime_ns, known.st_size)


@cache
def _parsed(path: Path, made: Callable[[Path, Any], Any], modified_ns: int, size: int) -> list[Any]:
    try:
        found = [document for document in yaml.load_all(path.read_text(encoding="utf-8"), _Loader) if document is not None]
    except yaml.MarkedYAMLError as error:
        line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise UsageError(f"{path}{line}: {error.problem}; the file must be YAML.") from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise UsageError(f"{path}: cannot be read as YAML text in UTF-8: {' '.join(str(error).split())}.") from None
    return [made(path, document) for document in found]


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # libyaml, where PyYAML has it, is ten times as fast
    """Refuses a key written twice, which YAML libraries otherwise let win in silence."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """The mapping, each key once."""
        keys = [self.construct_object(key) for key, _ in node.value]  # type: ignore[no-untyped-call]
        for place, key in enumerate(keys):
            if key in keys[:place]:
                raise yaml.constructor.ConstructorError(None, None, f"the key {key!r} is written twice", node.value[place][0].start_mark)
        return super().construct_mapping(node, deep)


def parse(model: type[M], raw: object, where: str) -> M:
    """The raw value as a model.

    Args:
        where: what the sentence of an error begins with: the file, and the part of it that `raw` is.

    Raises:
        UsageError: it is not what the model asks for.
    """
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        raise UsageError(f"{where}: {_sentence(model, error)}") from None


def known_word(where: str, word: str, allowed: Sequence[str], prefix: str = "") -> None:
    """Refuse a word that is not one of the allowed ones.

    Raises:
        UsageError: with the nearest allowed word, and all of them.
    """
    if word not in allowed:
        words = ", ".join(prefix + name for name in allowed) or "none yet"
        raise UsageError(f"{where}: {prefix}{word} is not known{near(word, allowed, prefix)}; allowed: {words}.")


def near(word: str, allowed: Iterable[str], prefix: str = "") -> str:
    """`, did you mean …?` where an allowed word is near, else nothing."""
    found = difflib.get_close_matches(word, list(allowed), n=1)
    return f", did you mean {prefix}{found[0]}?" if found else ""


def _sentence(model: type[BaseModel], error: ValidationError) -> str:
    """The first thing that is wrong, with its field and what is allowed, and how many more there are."""
    # a misspelt key first: what is missing is then often what it was meant to be
    first = min(error.errors(include_url=False), key=lambda one: one["type"] != "extra_forbidden")
    place = [part for part in first["loc"] if isinstance(part, int) or not part.startswith(("function-", "int", "str", "list["))]
    field = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).lstrip(".") or "the document"
    more = f" ({error.error_count() - 1} more after it)" if error.error_count() > 1 else ""
    return f"{field} {_problem(model, place, first)}{more}."


def _problem(model: type[BaseModel], place: list[Any], first: Any) -> str:
    if first["type"] == "missing":
        return "is missing"
    if first["type"] == "extra_forbidden":
        allowed = [field.alias or name for name, field in _model_at(model, place[:-1]).model_fields.items()]
        return f"is not known{near(str(place[-1]), allowed)}; allowed here: {', '.join(allowed)}"
    if first["type"] == "literal_error":
        return f"is {first['input']!r}; allowed: {first['ctx']['expected']}"
    if first["type"] == "refused":
        return str(first["msg"])
    said = str(first["msg"]).removeprefix("Input ").replace("valid dictionary or instance of", "block of")
    return f"is {first['input']!r}, and {said[:1].lower()}{said[1:]}"


def _model_at(model: type[BaseModel], place: list[Any]) -> type[BaseModel]:
    """The model whose keys stand at a place of a document."""
    for part in place:
        if isinstance(part, int):
            continue
        field = next(field for name, field in model.model_fields.items() if part in (field.alias, name))
        model = next(kind for kind in _leaves(field.annotation) if isinstance(kind, type) and issubclass(kind, BaseModel))
    return model


def _leaves(annotation: Any) -> Iterator[Any]:
    parts = typing.get_args(annotation)
    for part in parts:
        yield from _leaves(part)
    if not parts:
        yield annotation
