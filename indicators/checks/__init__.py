"""Whether definitions, questions, answers and values hold together; the socket is `registry`."""
