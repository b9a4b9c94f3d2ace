"""What staff and clients can do with buying groups: one module a noun, each function one act."""
