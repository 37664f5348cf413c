# SPDX-License-Identifier: GPL-3.0-or-later
# Each command installs what it is missing by itself. Where things live: CONTRIBUTING.md.
.PHONY: help demo test check lab lab-mixed lab-database lab-down benchmark clean distclean

help:
	@echo "make demo       four rollouts on the lab under live traffic, one of them broken, with a verdict and a page (root)"
	@echo "make test       every test, step by step; brings the lab up and down (root)"
	@echo "make check      format, lint, types, unit and property tests; about a minute"
	@echo "make lab        the lab comes up, for playing: ansible-playbook -i inventories/lab ... (root)"
	@echo "make lab-mixed  the same with three modelled Windows members in the pool (root)"
	@echo "make lab-database  the lab with a PostgreSQL behind the pool (root)"
	@echo "make lab-down   the lab goes down"
	@echo "make benchmark  the usual rolling deploy and ours, side by side; what four restarts lose; plans, schedules, Windows members (root)"
	@echo "make clean      the lab goes down, its leftovers are listed, build/ is removed"
	@echo "make distclean  the same, and the cache with the Python and the lab's base trees"

demo:
	@tests/tools/bootstrap demo && . tests/tools/env.sh && exec tests/lab/demo/demo

test:
	@tests/tools/bootstrap test && . tests/tools/env.sh && exec tests/tools/run_tests

check:
	@tests/tools/bootstrap check && exec tests/tools/check

lab:
	@tests/tools/bootstrap demo && exec tests/lab/start

lab-mixed:
	@tests/tools/bootstrap demo && exec tests/lab/start --mixed

lab-database:
	@tests/tools/bootstrap demo && exec tests/lab/start --database

lab-down:
	@tests/tools/bootstrap demo && . tests/tools/env.sh && exec tests/lab/lab down

benchmark:
	@tests/tools/bootstrap demo && tests/tools/install_collections && . tests/tools/env.sh && tests/lab/lab base mono && benchmarks/run && benchmarks/many_servers && benchmarks/four_ways && benchmarks/defects && benchmarks/plan && benchmarks/schedules && exec benchmarks/windows_members

clean: lab-down
	@. tests/tools/env.sh && tests/lab/lab leftovers
	rm -rf build

distclean: clean
	@. tests/tools/env.sh && cd "$$HYBRID_ROLLOUT_CACHE" && \
	    rm -rf bootstrap.lock collections collections-pypi galaxy.log lab newer-ansible trees venv && echo "removed what was in $$HYBRID_ROLLOUT_CACHE"
