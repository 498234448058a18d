"""The import statements that an example needs."""

from __future__ import annotations

from ._example_layout import WIDTH, Group, laid_out


class Imports:
    """What an example names, and the modules that it comes from."""

    def __init__(self) -> None:
        self._modules: dict[str, str] = {}

    def name(self, dotted: str) -> str:
        """How to refer to a class, which is imported from now on; one that cannot be is only named.

        Args:
            dotted: The class's module and qualified name.
        """
        bare = dotted.partition("[")[0].partition("#")[0]
        *outer, last = bare.split(".")
        if not all(map(str.isidentifier, (*outer, last))):
            return last if last.isidentifier() else "..."
        # Modules are written small, classes are not.
        first = next((place for place, part in enumerate(outer) if place and part[0].isupper()), len(outer))
        return self.imported(".".join(outer[:first]), ".".join((*outer[first:], last)))

    def imported(self, module: str, path: str) -> str:
        """How to refer to something in a module; two of one name are told apart by their modules.

        Args:
            module: The module; "" for a builtin.
            path: What leads from the module to it.
        """
        root = path.partition(".")[0].partition("[")[0].partition("(")[0]
        if not module or module == "builtins" or self._modules.setdefault(root, module) == module:
            return path
        self._modules[module] = ""
        return f"{module}.{path}"

    def lines(self) -> list[str]:
        """The statements, in order."""
        whole = sorted(f"import {name}" for name, module in self._modules.items() if not module)
        modules = sorted({module for module in self._modules.values() if module})
        return whole + [self._from(module) for module in modules]

    def _from(self, module: str) -> str:
        names = sorted(name for name, origin in self._modules.items() if origin == module)
        line = f"from {module} import {', '.join(names)}"
        if len(line) <= WIDTH:
            return line
        return laid_out(Group(f"from {module} import (", tuple(("", name) for name in names), ")"))
