"""Store what must outlive the process: plain values in, plain values out."""
