"""Every use of aiortc: people simulated by the machine."""
