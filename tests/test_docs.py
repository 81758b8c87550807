"""Every command, setting and table is documented, and the documents name nothing that is not there."""

import re
from pathlib import Path
from typing import Any

import pytest
import typer

from app.cli.main import app
from models.settings import Settings
from models.tables import Base

DOCS = Path(__file__).parent.parent / "docs"


def first_cells(page: str) -> list[str]:
    """The first cell of each row of the tables of a page, without its marks."""
    text = (DOCS / "reference" / page).read_text("utf-8")
    return re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE)


def commands(command: Any, path: str) -> list[str]:
    """The words of every command; typer brings a click of its own, so groups are known by what they hold."""
    if hasattr(command, "commands"):
        return [name for sub, child in command.commands.items() for name in commands(child, f"{path} {sub}")]
    return [] if command.hidden else [path]


def test_every_command_is_documented_and_every_documented_command_exists() -> None:
    documented = {
        " ".join(w for w in cell.split() if not w.isupper() and not w.startswith("--"))
        for cell in first_cells("commands.md")
    }
    assert documented == set(commands(typer.main.get_command(app), "otterwatch"))


def test_every_command_explains_itself() -> None:
    def walk(command: Any) -> list[Any]:
        children = command.commands.values() if hasattr(command, "commands") else []
        return [command, *(c for child in children for c in walk(child))]

    assert [c.name for c in walk(typer.main.get_command(app)) if not c.hidden and not c.help] == []


def test_every_setting_is_documented_with_its_default() -> None:
    text = (DOCS / "reference" / "settings.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `([^`]+)` \| ([^|]+) \|", text, re.MULTILINE))
    assert set(rows) == set(Settings.model_fields)
    for name, field in Settings.model_fields.items():
        if isinstance(field.default, bool | int) or (isinstance(field.default, str) and field.default):
            assert rows[name] == f"`{str(field.default).lower() if isinstance(field.default, bool) else field.default}`"


def test_every_table_is_documented() -> None:
    assert set(first_cells("tables.md")) == set(Base.metadata.tables)


@pytest.mark.parametrize("page", sorted(p.relative_to(DOCS.parent).as_posix() for p in DOCS.parent.glob("*.md")))
def test_links_between_documents_lead_somewhere(page: str) -> None:
    broken = [
        target
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", (DOCS.parent / page).read_text("utf-8"))
        if not (DOCS.parent / page).parent.joinpath(target).exists()
    ]
    assert broken == []


def test_the_example_source_in_the_how_to_is_well_formed(tmp_path: Path) -> None:
    from crawler.source_file import load_source

    text = (DOCS / "how-to" / "add-a-source.md").read_text("utf-8")
    example = re.search(r"```toml\n(.*?)```", text, re.DOTALL)
    assert example
    file = tmp_path / "pasar-hewan.toml"
    file.write_text(example[1], "utf-8")
    assert load_source(file).name == "Pasar Hewan"
