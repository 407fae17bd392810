"""The frozen vocabulary of all rooms. A wrong value cannot be made, so nothing checks it again."""
