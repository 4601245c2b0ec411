import os
import socket
import subprocess
import sys
from pathlib import Path

import odoo_command
import pytest
import server
import testing
from steps import Problem

SETUP = Path(__file__).resolve().parents[2] / "setup"


def call(command, *arguments, **variables):
    surroundings = {**os.environ, "PYTHON": sys.executable, **variables}
    return subprocess.run([SETUP / command, *arguments], capture_output=True, text=True, env=surroundings)


def test_a_taken_port_is_named_with_another(monkeypatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Problem, match=f"port {port} is taken") as raised:
            server.check_port(port)
    assert raised.value.remedies == (f"setup/run --port {port + 1} serves elsewhere",)


def test_a_second_run_on_a_port_is_told_of_the_first(tmp_path, monkeypatch):
    monkeypatch.setattr(server, "RUNS", tmp_path)
    monkeypatch.setattr(server, "check_port", lambda port: None)
    with server.registered(8069), pytest.raises(Problem, match="already"):
        with server.registered(8069):
            pass


def test_a_dead_runs_file_is_cleared_away(tmp_path, monkeypatch):
    monkeypatch.setattr(server, "RUNS", tmp_path)
    (tmp_path / "8069").write_text("1")
    assert server.stop_all() == []
    assert not list(tmp_path.iterdir())


def test_every_role_is_told_at_the_end():
    text = server.welcome(8070)
    assert "http://localhost:8070" in text
    assert all(login in text for login, _ in server.ROLES)


def test_one_worker_for_one_file_two_for_more():
    assert testing.workers([__file__]) == 1
    assert testing.workers([f"{__file__}::test_x", "-k", "x"]) == 1
    assert testing.workers([str(Path(__file__).parent)]) == 2
    assert testing.workers(["-k", "word"]) == 2


def test_the_reason_is_the_last_line_that_tells_of_trouble():
    lines = ["2026 INFO all well", "Traceback (most recent call last):", "ValueError: wrong", "2026 INFO stopping"]
    assert odoo_command.reason(lines) == "ValueError: wrong"
    assert odoo_command.reason([]) == "no output"


@pytest.mark.parametrize("command", ["run", "test", "lint", "stop", "reset", "odoo"])
def test_help_of_each_command_needs_nothing(command, tmp_path):
    done = call(command, "--help", CREDIT_DEV_HOME=str(tmp_path / "none"))
    assert done.returncode == 0, done.stderr
    assert "usage:" in done.stdout
    assert not (tmp_path / "none").exists()


def test_a_wrong_python_is_said():
    done = call("run", PYTHON="/bin/false")
    assert done.returncode == 2
    assert "Python 3.10 to 3.13 is needed" in done.stderr
