"""Download pictures from the public internet, check them and re-encode them in worker processes."""
