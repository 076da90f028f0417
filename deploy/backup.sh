#!/bin/sh
# Writes a backup of the database to the folder backups, and deletes backups older than 14 days. Needs the Compose
# installation described in docs/deploy.md.
set -eu
umask 077
PATH=$PATH:/usr/local/bin:/snap/bin # cron knows fewer folders
cd "$(dirname "$0")/.."
mkdir -p backups
file=backups/flux_bot-$(date +%Y-%m-%d-%H%M%S).db
trap 'rm -f "$file.part"' EXIT
docker compose run --rm -T bot backup - > "$file.part"
mv "$file.part" "$file"
find backups -name 'flux_bot-*.db' -mtime +14 -delete
