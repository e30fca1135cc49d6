"""The name of the arithmetic that defines what a seed generates; tempera.models.decoder.arithmetic defines it."""

ARITHMETIC = "exact-1"  # stored with each text; earlier versions stored int8, bf16 or fp32
