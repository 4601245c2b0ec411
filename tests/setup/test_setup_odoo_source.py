import os

import apt
import odoo_source
import pytest
from steps import Problem

RELEASE = "version_info = (%s, 0, FINAL, 0, '')\n"
URIS = """\
'http://other.example/linux/dists/bookworm/stable/binary-amd64/Packages' x 0
'http://mirror.example/debian/dists/bookworm/InRelease' mirror.example_bookworm_InRelease 0
'http://mirror.example/debian/dists/bookworm/main/binary-amd64/Packages.xz' x 0
'http://mirror.example/debian-security/dists/bookworm-security/main/binary-amd64/Packages.xz' x 0
"""


def tree(root, version, account):
    (root / "odoo").mkdir()
    (root / "odoo/release.py").write_text(RELEASE % version)
    (root / account).mkdir(parents=True)
    return root


def test_layout_of_an_installed_odoo(tmp_path):
    assert odoo_source.layout(tree(tmp_path, "19, 0", "odoo/addons/account")) == [tmp_path]


def test_layout_of_upstreams_tree(tmp_path):
    assert odoo_source.layout(tree(tmp_path, "19, 0", "addons/account")) == [tmp_path, tmp_path / "addons"]


def test_another_series_is_named(tmp_path):
    with pytest.raises(Problem, match=r"holds no Odoo 19.0 \(it is 18.0\)"):
        odoo_source.check(tree(tmp_path, "18, 0", "addons/account"))


def test_a_folder_without_odoo_is_named(tmp_path):
    with pytest.raises(Problem, match="no odoo/release.py there"):
        odoo_source.check(tmp_path)


def test_an_interrupted_tree_is_no_odoo(tmp_path):
    assert odoo_source.layout(tree(tmp_path, "19, 0", "doc")) is None


def test_placeholder_is_written_once_and_replaces_nothing(tmp_path):
    odoo_source.write_placeholder(tmp_path)
    file = tmp_path / odoo_source.PLACEHOLDER
    assert file.read_text().startswith("//")
    file.write_text("real")
    odoo_source.write_placeholder(tmp_path)
    assert file.read_text() == "real"


def test_mirror_is_the_one_with_debians_main_component():
    assert apt.mirror_in(URIS, "bookworm") == "http://mirror.example/debian"
    assert apt.mirror_in(URIS, "trixie") is None


GIT = """\
#!/bin/sh
for argument; do address=$target; target=$argument; done
cp -r "${address#file://}" "$target" 2>/dev/null && exit
echo "Cloning"
echo "fatal: '$address' does not appear to be a repository"
exit 128
"""


@pytest.fixture
def no_debian(tmp_path, monkeypatch):
    """A machine without a Debian mirror, with an empty cache folder and a `git` that copies a folder, which is
    returned."""
    monkeypatch.setattr(apt, "debian_mirror", lambda: None)
    for name, folder in (("HOME", "cache"), ("ODOO", "cache/odoo"), ("LOGS", "cache/logs")):
        monkeypatch.setattr(odoo_source.places, name, tmp_path / folder)
    (tmp_path / "cache/logs").mkdir(parents=True)
    (tmp_path / "git").write_text(GIT)
    (tmp_path / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("ODOO_GIT", (tmp_path / "upstream").as_uri())
    return tmp_path / "upstream"


def test_without_debian_a_clone_is_made(no_debian):
    no_debian.mkdir()
    tree(no_debian, "19, 0", "addons/account")
    root = odoo_source.places.ODOO
    assert odoo_source.fetch() == [root, root / "addons"]
    assert odoo_source.fetched() == [root, root / "addons"]


def test_every_way_that_failed_is_named(no_debian):
    with pytest.raises(Problem) as raised:
        odoo_source.fetch()
    assert "from debian: no Debian mirror" in str(raised.value)
    assert "from git: fatal:" in str(raised.value)
    assert "ODOO_PATH" in str(raised.value)
