from . import adjustment_run
