"""The examples under the help of each command."""

from __future__ import annotations

CATALOG_EXAMPLES = """\
[bold]Examples[/bold]

  typedsignals catalog shop                           [dim]show a table[/dim]

  typedsignals catalog shop -o signals.json           [dim]write the file to commit[/dim]

  typedsignals catalog shop -o signals.json --check   [dim]fail if it is not up to date[/dim]

  typedsignals catalog shop --format mermaid          [dim]draw who sends what to whom[/dim]
"""

CHECK_EXAMPLES = """\
[bold]Examples[/bold]

  typedsignals check shop                                [dim]look at it as it is[/dim]

  typedsignals check shop --against signals.json         [dim]what breaks since the file was written[/dim]

  typedsignals check shop --against main:signals.json    [dim]what breaks since the branch main[/dim]

  typedsignals check shop --format sarif -o out.sarif    [dim]for code scanning[/dim]
"""
