import postgres
import pytest
from steps import Problem


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine with PostgreSQL 15 and 17, and a cluster folder without a cluster."""
    monkeypatch.setattr(postgres, "CLUSTER", tmp_path)
    monkeypatch.setattr(postgres, "installed", lambda: {15: "fifteen", 17: "seventeen"})
    return tmp_path


def test_the_newest_server_makes_a_new_cluster(machine):
    assert postgres.binaries() == "seventeen"


def test_the_server_that_made_the_cluster_goes_on_with_it(machine):
    (machine / "PG_VERSION").write_text("15\n")
    assert postgres.binaries() == "fifteen"


def test_data_of_a_server_that_is_gone_is_not_thrown_away(machine):
    (machine / "PG_VERSION").write_text("14\n")
    with pytest.raises(Problem, match="made by PostgreSQL 14, which is not there"):
        postgres.binaries()


def test_a_long_path_gets_a_socket_elsewhere(tmp_path, monkeypatch):
    monkeypatch.setattr(postgres.places, "POSTGRES", tmp_path / ("x" * 90))
    assert len(str(postgres.socket_folder())) < 90


def test_a_named_server_is_left_alone(monkeypatch):
    monkeypatch.setenv("PGHOST", "db.example")
    assert postgres.client_environment() == {}
    with postgres.server():
        pass
