"""Posts that belong together: linking, priority, the queue and decisions."""
