"""What is derived from the contract in protocol/."""
