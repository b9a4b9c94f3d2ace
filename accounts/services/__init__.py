"""What staff and clients can do with accounts: one module a noun, each function one act."""
