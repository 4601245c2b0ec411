import places
import pytest
import steps
from steps import Problem


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setattr(places, "HOME", tmp_path / "cache")
    monkeypatch.setattr(places, "LOGS", tmp_path / "cache/logs")
    return tmp_path / "cache"


def test_cache_folder_of_root_of_a_user_and_by_name(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", "/home/somebody")
    assert str(places.cache_home({}, root=True)) == "/var/cache/odoo-credit"
    assert str(places.cache_home({}, root=False)) == "/home/somebody/.cache/odoo-credit"
    assert places.cache_home({"XDG_CACHE_HOME": "/x"}, root=False).parts[1] == "x"
    assert places.cache_home({"CREDIT_DEV_HOME": str(tmp_path)}, root=True) == tmp_path


def test_a_problem_is_one_sentence_and_its_remedies():
    assert str(Problem("it broke", "mend it", "or leave it")) == "error: it broke\n   try: mend it\n   try: or leave it"


def test_a_new_cache_folder_is_marked_as_ours(home):
    steps.make_cache_folder()
    steps.check_ours()


def test_a_folder_with_something_else_in_it_is_refused(home):
    home.mkdir()
    (home / "letter.txt").write_text("mine")
    with pytest.raises(Problem, match="something else"):
        steps.make_cache_folder()


def test_too_little_room_is_said_at_once(home, monkeypatch):
    monkeypatch.setattr(steps, "free_megabytes", lambda: 100)
    with pytest.raises(Problem, match="100 MB free"):
        steps.make_cache_folder()
    steps.all_there()
    steps.make_cache_folder()


def test_a_full_disk_is_the_first_thing_said(home, monkeypatch, capsys):
    steps.make_cache_folder()
    monkeypatch.setattr(steps, "free_megabytes", lambda: 3)
    assert steps.report(Problem("pip failed")) == 2
    assert "is full" in capsys.readouterr().err


def test_replace_folder_puts_the_new_one_in_place(tmp_path):
    for name in ("new", "final"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
    steps.replace_folder(tmp_path / "new", tmp_path / "final")
    assert [file.name for file in tmp_path.rglob("*")] == ["final", "new"]


@pytest.mark.parametrize(
    "written, reason",
    [
        ("Cloning\nfatal: no such repository\n\nand it should exist.\n", "fatal: no such repository"),
        ("Reading\nthe end\n\n", "the end"),
        ("", "no output"),
    ],
)
def test_the_reason_is_the_first_error_of_the_last_attempt(home, written, reason):
    steps.make_cache_folder()
    steps.log_path("git").write_text(f"$ first\nfatal: earlier\n$ second\n{written}")
    assert steps.reason("git") == reason
