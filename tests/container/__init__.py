"""``make image-check`` builds the image and tests it as a read-only container with the two doubles."""
