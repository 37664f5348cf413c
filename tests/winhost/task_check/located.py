# SPDX-License-Identifier: GPL-3.0-or-later
"""YAML in which every mapping knows its line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml


class Located(dict[Any, Any]):
    line = 0


class Loader(yaml.SafeLoader):
    pass


def mapping(loader: Loader, node: yaml.MappingNode) -> Located:
    located = Located(loader.construct_mapping(node, deep=True))
    located.line = node.start_mark.line + 1
    return located


def tagged(loader: Loader, tag: str, node: yaml.Node) -> Any:
    """`!vault` hides a value until it runs; `!unsafe` is the value."""
    if isinstance(node, yaml.ScalarNode):
        return "{{ vault }}" if tag.startswith("vault") else node.value
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_mapping(node, deep=True) if isinstance(node, yaml.MappingNode) else None


Loader.add_constructor("tag:yaml.org,2002:map", mapping)
Loader.add_multi_constructor("!", tagged)


def load(file: Path) -> Any:
    with file.open("rb") as stream:  # so that an error names the file
        return yaml.load(stream, Loader)
