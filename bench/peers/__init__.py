"""Other programs that relay messages between two people, each as its own project runs it."""
