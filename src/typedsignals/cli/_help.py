"""The examples under the help of each command."""

from __future__ import annotations

CATALOG_EXAMPLES = """\
[bold]Examples[/bold]

typedsignals catalog shop                          [dim]# a table[/dim]

typedsignals catalog shop -o signals.json          [dim]# a file to commit[/dim]

typedsignals catalog shop -o signals.json --check  [dim]# is it up to date?[/dim]

typedsignals catalog shop -f mermaid               [dim]# a diagram[/dim]
"""

CHECK_EXAMPLES = """\
[bold]Examples[/bold]

typedsignals check shop                              [dim]# as it is[/dim]

typedsignals check shop --against signals.json       [dim]# what broke since[/dim]

typedsignals check shop --against main:signals.json  [dim]# next to a branch[/dim]

typedsignals check shop -o report.sarif              [dim]# for other tools[/dim]
"""
