"""What a person sees: numbered steps, and for what goes wrong one sentence and a remedy."""

import contextlib
import ctypes
import fcntl
import os
import re
import shutil
import signal
import subprocess
import sys
import time

import places

NEEDED_MEGABYTES = 3000
MARK = "this-is-a-cache-of-odoo-credit"
ALL_THERE = "complete"
CHOOSE_ANOTHER = "set CREDIT_DEV_HOME to another folder"
# Kept over the change to the Python of the venv.
_started = float(os.environ.setdefault("CREDIT_DEV_STARTED", str(time.monotonic())))


class Problem(Exception):
    """Something that went wrong, in one sentence, with what to do about it."""

    def __init__(self, sentence, *remedies):
        super().__init__(sentence)
        self.remedies = remedies

    def __str__(self):
        return "\n".join([f"error: {self.args[0]}", *(f"   try: {remedy}" for remedy in self.remedies)])


def say(text):
    print(text, flush=True)


@contextlib.contextmanager
def step(title):
    """One line when a step starts and one when it ends, with the seconds it took."""
    begin = time.monotonic()
    say(f"[{begin - _started:5.1f}s] {title} ...")
    yield
    seconds = time.monotonic() - begin
    if seconds >= 1:
        say(f"         done in {seconds:.0f} s")


def die_with_parent():
    """The system ends this process when the command that started it is gone, even by kill -9."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def run_logged(command, log_name, **options):
    """Run a command with its output in a log file; returns whether it succeeded."""
    with open(log_path(log_name), "a") as log:
        log.write(f"$ {' '.join(map(str, command))}\n")
        log.flush()
        options.update(stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=die_with_parent)
        return subprocess.run([str(part) for part in command], **options).returncode == 0


def log_path(name):
    return places.LOGS / f"{name}.log"


def last_attempt(name):
    """What the last command wrote to a log."""
    return log_path(name).read_text(errors="replace").rpartition("\n$ ")[2]


def reason(name):
    """The line of the last attempt that says most: its first error, else its last line."""
    lines = [line.strip() for line in last_attempt(name).splitlines()[1:] if line.strip()]
    errors = [line for line in lines if re.match(r"(?i)(fatal|error|e): ", line)]
    return (errors[:1] or lines[-1:] or ["no output"])[0][:300]


def make_cache_folder():
    """The cache folder, ours, writable and with room for what lands in it."""
    try:
        places.HOME.mkdir(parents=True, exist_ok=True)
        if not any(places.HOME.iterdir()):
            (places.HOME / MARK).touch()
        check_ours()
        places.LOGS.mkdir(exist_ok=True)
    except OSError as error:
        raise Problem(f"the cache folder {places.HOME} cannot be used ({error.strerror})", CHOOSE_ANOTHER) from None
    free = free_megabytes()
    if free < NEEDED_MEGABYTES and not (places.HOME / ALL_THERE).exists():
        raise Problem(
            f"{places.HOME} has {free} MB free and the first start needs {NEEDED_MEGABYTES}",
            "free some space",
            CHOOSE_ANOTHER,
        )


def check_ours():
    """setup/reset removes the folder: it must not be one that holds something else."""
    if not (places.HOME / MARK).exists():
        raise Problem(f"{places.HOME} holds something else than this project's cache", CHOOSE_ANOTHER)


def all_there():
    """From now on little more is written."""
    (places.HOME / ALL_THERE).touch()


def free_megabytes():
    return shutil.disk_usage(places.HOME).free // 2**20


@contextlib.contextmanager
def lock(name):
    """One command at a time in here; the system lets go of the lock when its holder dies."""
    with open(places.HOME / f"{name}.lock", "w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"         waiting for another command ({name}) to finish")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def replace_folder(new, final):
    """Put a finished folder in place in one move, so that an interrupted step leaves nothing half made."""
    if final.exists():
        old = final.with_name(f"{final.name}.old{os.getpid()}")
        final.rename(old)
        shutil.rmtree(old, ignore_errors=True)
    new.rename(final)


def report(problem):
    """Print what went wrong; a full disk makes everything else fail, so that is said first."""
    if places.HOME.exists() and free_megabytes() < 50:
        problem = Problem(
            f"the disk of {places.HOME} is full", "free some space, then run the command again", CHOOSE_ANOTHER
        )
    print(f"\n{problem}", file=sys.stderr, flush=True)
    return 2
