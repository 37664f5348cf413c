# SPDX-License-Identifier: GPL-3.0-or-later
"""Sequelize, and whatever else keeps its names with umzug: file names, run in the order of their text. Private to hybrid.rollout."""

from __future__ import annotations

import re

from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.names_in_a_table import NamesInATable


class Sequelize(NamesInATable):
    tool = "sequelize"
    title = "Sequelize"
    columns = frozenset({"name"})
    table_name = re.compile("sequelize|umzug|migration", re.IGNORECASE)
    key = "name"
    file_name = re.compile(r"(?P<key>(?!.*\.d\.ts)[^.].*\.(?:js|cjs|mjs|ts|cts|sql))")
    example = "20240131120000-create-users.js"
