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
