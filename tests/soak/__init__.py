"""Mixed work by simulated users on real worker processes, and what must hold during and after it (see ``__main__``)."""
