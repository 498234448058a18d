"""Write to the terminal and to files, and end the process."""
