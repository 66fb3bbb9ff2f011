"""What scripts/faults is made of: a faulty network, real Git servers, and one write or check at a time."""
