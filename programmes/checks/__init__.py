"""Whether the rows and targets of programmes hold together with the indicators that they name."""
