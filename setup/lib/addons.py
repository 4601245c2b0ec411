"""The addons of this checkout: which, which version, and a digest of the files that a database is made from."""

import ast
import hashlib

import places

# What no database depends on: editing these needs no new one.
NOT_INSTALLED = ("tests/", "readme/", "i18n/", "static/description/", "pyproject.toml", "README", "LICENSE")


def folders(repo=places.REPO):
    return sorted(file.parent for file in repo.glob("*/__manifest__.py"))


def names(repo=places.REPO):
    return [folder.name for folder in folders(repo)]


def manifest(folder):
    return ast.literal_eval((folder / "__manifest__.py").read_text())


def versions(repo=places.REPO):
    return {folder.name: manifest(folder)["version"] for folder in folders(repo)}


def installed_files(folder):
    for file in sorted(folder.rglob("*")):
        inside = file.relative_to(folder).as_posix()
        if file.is_file() and "__pycache__" not in inside and not inside.startswith(NOT_INSTALLED):
            yield inside, file


def digest(repo=places.REPO):
    """Changes whenever a file changes that the addons install."""
    total = hashlib.sha256()
    for folder in folders(repo):
        for inside, file in installed_files(folder):
            total.update(f"{folder.name}/{inside}\n{hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()[:12]


def as_numbers(version):
    return [int(part) if part.isdigit() else 0 for part in version.split(".")]


def newer_in_database(installed, repo=places.REPO):
    """The addons whose version in a database is newer than the checkout's: [(name, there, here)]."""
    here = versions(repo)
    return [
        (name, version, here[name])
        for name, version in sorted(installed.items())
        if name in here and as_numbers(version) > as_numbers(here[name])
    ]
