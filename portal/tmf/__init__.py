"""From TM Forum's shapes to the facts of `portal.models`; the wire's field names are known here and nowhere else."""
