"""``make image-check``: the image is built, and works as a read-only container between the two doubles."""
