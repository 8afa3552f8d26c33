"""Pages by the thousand from one process: what simulated crowds and measurements are made of."""
