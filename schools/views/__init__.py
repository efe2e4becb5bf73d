"""Pages of the register: schools, their files, and what a person is and may do."""
