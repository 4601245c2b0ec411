"""Run by Odoo's Python: install or update modules in a database, and build the web client's bundles there.

usage: fill_database.py DATABASE [--install a,b] [--update c] [--bundles]"""

import argparse
import sys

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.service import db
from odoo.tools import config

BUNDLES = [
    "web.assets_web", "web.assets_web_print", "web.assets_frontend", "web.assets_frontend_minimal",
    "web.assets_frontend_lazy", "web.assets_tests", "web.__assets_tests_call__", "web.chartjs_lib",
    "bus.websocket_worker_assets",
]  # fmt: skip


def main():
    arguments = parse()
    config.parse_config(["-d", arguments.database, "--with-demo", "--no-http"], setup_logging=True)
    if arguments.create:
        db._create_empty_database(arguments.database)
    registry = Registry.new(
        arguments.database, update_module=True, install_modules=arguments.install, upgrade_modules=arguments.update
    )
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        missing = not_installed(env, arguments.install + arguments.update)
        keep_files_in_database(env)
        if arguments.bundles:
            build_bundles(env)
    if missing:
        sys.exit(f"Error: not installed: {', '.join(missing)}")


def parse():
    parser = argparse.ArgumentParser()
    parser.add_argument("database")
    for option in ("--install", "--update"):
        parser.add_argument(option, type=lambda text: text.split(","), default=[])
    for option in ("--create", "--bundles"):
        parser.add_argument(option, action="store_true")
    return parser.parse_args()


def not_installed(env, modules):
    there = env["ir.module.module"].search([("name", "in", modules), ("state", "=", "installed")])
    return sorted(set(modules) - set(there.mapped("name")))


def keep_files_in_database(env):
    """A copy of the database is then complete, with no folder of files to copy along."""
    if env["ir.config_parameter"].get_param("ir_attachment.location") != "db":
        env["ir.config_parameter"].set_param("ir_attachment.location", "db")
        env["ir.attachment"].force_storage()


def build_bundles(env):
    """Built inside a test they would be rolled back with it, and built again by the next one."""
    for name in BUNDLES:
        bundle = env["ir.qweb"]._get_asset_bundle(name, css=True, js=True)
        bundle.js()
        bundle.css()


main()
