"""Which arithmetic a seed means today; the decoder's specification computes it."""

ARITHMETIC = "exact-1"  # as a text's row names it; rows of earlier versions say int8, bf16 or fp32
