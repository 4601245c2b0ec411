"""Odoo's command line as a script: a server with workers starts its own helper process by the name of the script."""

from odoo.cli import main

main()
