"""A password hasher that says how often it worked: by that, and not by a clock, times are compared."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class CountingHasher(PBKDF2PasswordHasher):
    """Django's own, with few rounds."""

    algorithm = "counting"
    iterations = 10
    rounds: list[int] = []

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        """Hash, and note of how many rounds."""
        self.rounds.append(iterations or self.iterations)
        return super().encode(password, salt, iterations)
