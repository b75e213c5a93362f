"""Import aiogram without building its models.

aiogram builds the validators of its six hundred models while it is imported: four fifths of the processor time that
any command takes to start. Here each model is built when it is first used, which is what pydantic does by itself for a
model that is declared so; the bot uses one in ten.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from importlib.abc import Loader  # to import it takes longer than all of this

LIBRARY, MODELS = "aiogram", "aiogram.types."


class QuickImport:
    """Stand before the finders of modules, and step aside when aiogram is imported."""

    def __init__(self) -> None:
        self._own: Loader | None = None

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name != LIBRARY:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(LIBRARY)
        if spec is not None:
            self._own = spec.loader
            spec.loader = self  # type: ignore[assignment]  # it has what a loader needs
        return spec

    def create_module(self, spec: ModuleSpec) -> None:
        """Leave it to the import."""

    def exec_module(self, module: ModuleType) -> None:
        assert self._own is not None and module.__spec__ is not None  # noqa: S101, PT018 - find_spec comes first
        module.__spec__.loader = module.__loader__ = self._own
        with models_built_on_use():
            self._own.exec_module(module)


@contextmanager
def models_built_on_use() -> Iterator[None]:
    """Let the models that are declared meanwhile be built later."""
    from pydantic import BaseModel

    build_now, config = BaseModel.__dict__["model_rebuild"], BaseModel.model_config
    names: dict[str, Any] = {}

    def build_later(
        cls: type[BaseModel], /, *, _types_namespace: Mapping[str, Any] | None = None, **how: Any
    ) -> bool | None:
        if not cls.__module__.startswith(MODELS):
            return build_now.__func__(cls, _types_namespace=_types_namespace, **how)  # type: ignore[no-any-return]  # it is wrapped
        names.update(_types_namespace or {})
        return None

    BaseModel.model_rebuild = classmethod(build_later)  # type: ignore[method-assign, assignment]  # for this import
    BaseModel.model_config = {**config, "defer_build": True}
    try:
        yield
    finally:
        BaseModel.model_rebuild, BaseModel.model_config = build_now, config  # type: ignore[method-assign]  # as it was
    # Their modules import each other for type checkers alone: the names of their annotations are needed later, too.
    for name, module in list(sys.modules.items()):
        if name.startswith(MODELS):
            vars(module).update({each: value for each, value in names.items() if each not in vars(module)})
