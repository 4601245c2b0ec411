"""An hour of mixed work by simulated users on two worker processes, on a ledger of 20,000 customers.

    setup/odoo --python tests/soak                                   an hour
    setup/odoo --python tests/soak --minutes 3 --customers 1000      as setup/test does it
    setup/odoo --python tests/soak --database NAME --keep            on a ledger that is there already, and leave it

Salespeople, a credit manager, accountants, an approver, an executive and the scheduled jobs work at once, over JSON-RPC
and the JSON API, with a login and a random sequence of their own. It fails when anything but an answer or a refusal in
a sentence comes back, when the server logs a warning nobody expects, when the ledger or the figures do not hold what
they must (see ``invariants``; looked at in between and at the end), and when the workers grow.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from soak.run import main

if __name__ == "__main__":
    sys.exit(main(__doc__))
