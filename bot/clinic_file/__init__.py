"""The file by which a clinic without a system of its own fills the embedded registry."""
