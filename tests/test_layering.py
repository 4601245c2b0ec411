"""The rules of who may know whom: pure modules know no Odoo, and the two lower addons know neither each other nor
the hub above them."""

import ast
import sys
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[1]
ADDONS = ("adjustment_voucher", "credit_centre", "credit_hold")
NOT_PURE = {"__init__", "__manifest__", "hooks"}
PURE = sorted(file for addon in ADDONS for file in (REPO / addon).glob("*.py") if file.stem not in NOT_PURE)
MAY_NOT_NAME = {
    "credit_hold": ("adjustment_voucher", "credit_centre"),
    "adjustment_voucher": ("credit_hold", "credit_centre"),
}


def imports(tree):
    """Every imported module, as written: ".sibling" or "package.module"."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield "." * node.level + node.module
        elif isinstance(node, ast.ImportFrom):
            yield from ("." * node.level + alias.name for alias in node.names)


def allowed(name, siblings):
    if name.startswith("."):
        return name[1:] in siblings
    return name.split(".")[0] in sys.stdlib_module_names


@pytest.mark.parametrize("file", PURE, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_pure_module_imports_the_standard_library_and_pure_siblings_only(file):
    siblings = {other.stem for other in PURE if other.parent == file.parent}
    assert [name for name in imports(ast.parse(file.read_text())) if not allowed(name, siblings)] == []


def files_naming(addon, other):
    suffixes = {".py", ".xml", ".js", ".csv"}
    files = [file for file in sorted((REPO / addon).rglob("*")) if file.suffix in suffixes]
    return [str(file.relative_to(REPO)) for file in files if other in file.read_text()]


@pytest.mark.parametrize("addon, other", [(addon, other) for addon, others in MAY_NOT_NAME.items() for other in others])
def test_lower_addon_does_not_name(addon, other):
    assert files_naming(addon, other) == []
