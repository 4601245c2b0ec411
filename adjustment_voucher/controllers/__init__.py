from . import adjustment_run, remittance
