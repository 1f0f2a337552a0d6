"""One file per layout family; each knows its own printed words and nothing else."""
