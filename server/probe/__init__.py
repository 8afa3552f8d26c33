"""The probe: calls of pages to themselves, in a process of its own beside the node's workers."""
