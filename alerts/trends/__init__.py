"""What the weeks say."""
