# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by the Makefile's recipes and by anybody who works in the checkout: puts the project's own tools first on PATH and
# shows the checkout to Ansible and Python as the collection hybrid.rollout. Run it from the top of the checkout.
HOME=${HOME:-$(getent passwd "$(id -u)" | cut -d: -f6)}
HYBRID_ROLLOUT_CACHE=${HYBRID_ROLLOUT_CACHE:-$HOME/.cache/hybrid.rollout}
HYBRID_ROLLOUT_TREE=$HYBRID_ROLLOUT_CACHE/trees/$(pwd -P | cksum | cut -d' ' -f1)
mkdir -p "$HYBRID_ROLLOUT_TREE/ansible_collections/hybrid"
# Left alone where it is right: another shell's run must not find it gone for a moment.
if [ "$(readlink "$HYBRID_ROLLOUT_TREE/ansible_collections/hybrid/rollout")" != "$(pwd -P)" ]; then
    ln -sfn "$(pwd -P)" "$HYBRID_ROLLOUT_TREE/ansible_collections/hybrid/rollout"
fi
PATH=$HYBRID_ROLLOUT_CACHE/venv/bin:/usr/sbin:/sbin:$PATH
# Collections of others: as `ansible-galaxy collection install -p` leaves them, or as the PyPI package `ansible` carries them.
ANSIBLE_COLLECTIONS_PATH=$HYBRID_ROLLOUT_TREE:$HYBRID_ROLLOUT_CACHE/collections:$HYBRID_ROLLOUT_CACHE/collections-pypi
ANSIBLE_CONFIG=$(pwd -P)/ansible.cfg
PYTHONPATH=$HYBRID_ROLLOUT_TREE
export HOME HYBRID_ROLLOUT_CACHE HYBRID_ROLLOUT_TREE PATH ANSIBLE_COLLECTIONS_PATH ANSIBLE_CONFIG PYTHONPATH
