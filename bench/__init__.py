"""How fast the product is, beside two naive bots that do the same without durability: `make bench`.

docs/bench/README.md says what is measured and how; docs/bench/results.json has the last figures.
"""
