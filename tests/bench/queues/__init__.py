"""Ways to divide the updates of one bot between processes, measured: docs/decisions/0002-replicas.md."""
