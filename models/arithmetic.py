"""The name of the arithmetic, which determines the text of a seed; tempera.models.decoder.arithmetic defines it."""

ARITHMETIC = "exact-2"  # stored with each text; earlier versions stored int8, bf16 or fp32
