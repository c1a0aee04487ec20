"""Labels that were given elsewhere, with their authors: matched, checked, stored as a round."""
