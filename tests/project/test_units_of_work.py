"""A unit of work awaits nothing but its unit, so that it may run in one hop and run twice."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.project_files import modules, path_name, read

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def foreign_awaits(source: str) -> list[str]:
    """Return the lines on which a unit of work awaits a call without the unit."""
    found = []
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, Function) and (unit := unit_of(function)):
            found += [
                f"line {node.lineno}: {ast.unparse(node)}"
                for node in own_nodes(function)
                if isinstance(node, ast.Await) and unit not in {*names_in(node)}
            ]
    return found


def unit_of(function: Function) -> str:
    """Return the name of the argument that is a unit of work, or ""."""
    known = [arg.arg for arg in function.args.args if isinstance(arg.annotation, ast.Name)]
    typed = {arg.arg: ast.unparse(arg.annotation) for arg in function.args.args if arg.annotation}
    return next((name for name in known if typed[name] == "UnitOfWork"), "")


def own_nodes(function: Function) -> Iterator[ast.AST]:
    """Yield the nodes of a function without nested functions."""
    waiting: list[ast.AST] = list(ast.iter_child_nodes(function))
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, Function):
            waiting += ast.iter_child_nodes(node)


def names_in(node: ast.AST) -> Iterator[str]:
    return (each.id for each in ast.walk(node) if isinstance(each, ast.Name))


def test_units_of_work_await_nothing_but_their_unit() -> None:
    found = [f"{path_name(path)} {wait}" for path in modules("bot") for wait in foreign_awaits(read(path))]
    assert not found, "\n".join(["await it before or after the unit:", *found])


def test_await_without_the_unit_is_found() -> None:
    unit = """
async def book(self, uow: UnitOfWork, account):
    await uow.accounts.get(account)
    await _note(uow, account)
    await self.require(account)
"""
    assert foreign_awaits(unit) == ["line 5: await self.require(account)"]
