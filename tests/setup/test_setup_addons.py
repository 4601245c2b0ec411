import addons
import pytest


@pytest.fixture
def repo(tmp_path):
    for name, version in (("first", "19.0.1.0.0"), ("second", "19.0.1.2.0")):
        (tmp_path / name / "models").mkdir(parents=True)
        (tmp_path / name / "__manifest__.py").write_text(repr({"name": name, "version": version}))
        (tmp_path / name / "models/thing.py").write_text("value = 1\n")
    (tmp_path / "setup").mkdir()
    return tmp_path


def test_addons_are_the_folders_with_a_manifest(repo):
    assert addons.names(repo) == ["first", "second"]
    assert addons.versions(repo) == {"first": "19.0.1.0.0", "second": "19.0.1.2.0"}


@pytest.mark.parametrize("path", ["first/models/thing.py", "first/static/tests/tours/new.js", "second/views/new.xml"])
def test_digest_changes_with_what_a_database_is_made_from(repo, path):
    before = addons.digest(repo)
    (repo / path).parent.mkdir(parents=True, exist_ok=True)
    (repo / path).write_text("changed")
    assert addons.digest(repo) != before


@pytest.mark.parametrize(
    "path", ["first/tests/test_thing.py", "first/readme/USAGE.md", "first/models/__pycache__/thing.pyc", "setup/x"]
)
def test_digest_stays_with_what_no_database_depends_on(repo, path):
    before = addons.digest(repo)
    (repo / path).parent.mkdir(parents=True, exist_ok=True)
    (repo / path).write_text("changed")
    assert addons.digest(repo) == before


def test_only_a_newer_version_in_the_database_is_reported(repo):
    installed = {"first": "19.0.1.10.0", "second": "19.0.1.2.0", "unknown": "19.0.9.0.0"}
    assert addons.newer_in_database(installed, repo) == [("first", "19.0.1.10.0", "19.0.1.0.0")]
