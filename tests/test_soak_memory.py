"""When the soak's watch objects to a worker's memory (issue 5, C)."""

from soak.memory import Watch

HOUR = 3600


def watched(*workers):
    """:param workers: for each process a function of the share of the hour that has gone, in MB"""
    watch = Watch()
    for number, size in enumerate(workers, 1):
        watch.samples[number] = [(second, size(second / HOUR)) for second in range(0, HOUR, 60)]
    return watch.verdict(HOUR)


def test_steady_workers_are_let_be():
    rows, wrong = watched(lambda share: 130 if share > 0.1 else 90, lambda _share: 128)
    assert wrong == []
    assert [row[2:4] for row in rows] == [(130, 130), (128, 128)]


def test_a_late_worker_may_rise_to_where_the_others_are():
    _rows, wrong = watched(lambda _share: 128, lambda share: 132 if share > 0.8 else 105)
    assert wrong == []


def test_a_leak_is_told_though_all_have_it():
    _rows, wrong = watched(lambda share: 100 + 90 * share, lambda share: 95 + 90 * share)
    assert [text.split()[1] for text in wrong] == ["1", "2"]


def test_one_worker_that_leaks_is_told():
    _rows, wrong = watched(lambda _share: 120, lambda share: 90 + 90 * share)
    assert len(wrong) == 1
    assert "worker 2 grew" in wrong[0]


def test_a_worker_that_did_not_live_is_told():
    watch = Watch()
    watch.samples[1] = [(3590, 100.0)]
    assert "too short" in watch.verdict(HOUR)[1][0]
