"""Import aiogram without building its models, and structlog without what draws tracebacks.

aiogram builds the validators of its six hundred models while it is imported: four fifths of the processor time that
any command takes to start. Here each model is built when it is first used, which is what pydantic does by itself for a
model that is declared so; the bot uses one in ten.

structlog imports rich and greenlet where they are installed, five megabytes, for tracebacks in colour and for locals of
greenlets. The bot logs neither: ``bot.core.redaction`` has taken the exceptions away.
"""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from importlib.abc import Loader  # to import it takes longer than all of this

    from pydantic import BaseModel

MODELS = "aiogram.types."
NOT_FOR_LOGS = ("rich", "greenlet")
NAME = re.compile(r"\w+")


class ImportWithin:
    """Stand before the finders of modules, and step aside when the library is imported: ``around`` is entered then."""

    def __init__(self, library: str, around: Callable[[], AbstractContextManager[None]]) -> None:
        self._library, self._around = library, around
        self._own: Loader | None = None

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name != self._library:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is not None:
            self._own = spec.loader
            spec.loader = self  # type: ignore[assignment]  # it has what a loader needs
        return spec

    def create_module(self, spec: ModuleSpec) -> None:
        """Leave it to the import."""

    def exec_module(self, module: ModuleType) -> None:
        assert self._own is not None and module.__spec__ is not None  # noqa: S101, PT018 - find_spec comes first
        module.__spec__.loader = module.__loader__ = self._own
        with self._around():
            self._own.exec_module(module)


@contextmanager
def nothing_drawn() -> Iterator[None]:
    """Let what is imported meanwhile find none of the libraries that draw."""
    hidden = [name for name in NOT_FOR_LOGS if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None: there is no such module
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


@contextmanager
def models_built_on_use() -> Iterator[None]:
    """Let the models that are declared meanwhile be built later."""
    from pydantic import BaseModel

    build_now, config = BaseModel.__dict__["model_rebuild"], BaseModel.model_config
    models: list[type[BaseModel]] = []
    names: dict[str, Any] = {}

    def build_later(
        cls: type[BaseModel], /, *, _types_namespace: Mapping[str, Any] | None = None, **how: Any
    ) -> bool | None:
        if not cls.__module__.startswith(MODELS):
            return build_now.__func__(cls, _types_namespace=_types_namespace, **how)  # type: ignore[no-any-return]  # it is wrapped
        models.append(cls)
        names.update(_types_namespace or {})
        return None

    BaseModel.model_rebuild = classmethod(build_later)  # type: ignore[method-assign, assignment]  # for this import
    BaseModel.model_config = {**config, "defer_build": True}
    try:
        yield
    finally:
        BaseModel.model_rebuild, BaseModel.model_config = build_now, config  # type: ignore[method-assign]  # as it was
    add_names(models, names)


def add_names(models: Iterable[type[BaseModel]], names: Mapping[str, Any]) -> None:
    """Put the names of the models' annotations into their modules, which import them for type checkers alone."""
    for model in models:
        module = vars(sys.modules[model.__module__])
        for base in model.__mro__:  # an inherited field is built in the module of its heir
            annotations = " ".join(map(str, vars(base).get("__annotations__", {}).values()))
            wanted = NAME.findall(annotations)
            module.update({name: names[name] for name in wanted if name in names and name not in module})
