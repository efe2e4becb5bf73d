"""
Files that people hand in.

A file is judged by its bytes (`gate`), then parsed only in a child process with limits and without secrets (`child`,
`confined`), which reads it row by row (`reading`). Nothing here imports Django.
"""
