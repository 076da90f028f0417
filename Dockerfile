# docker build -t flux-bot .
# docker run --env-file .env -p 127.0.0.1:8080:8080 -v flux-bot-data:/app/data flux-bot
# The container can also run with --read-only --tmpfs /tmp, as in compose.yaml; large pictures are stored in /tmp.
# The image is about 240 MB larger than its base image. `make image-check` builds and tests it.

# The base image is a tag, so that a rebuild installs its security updates. The bot's packages are pinned by hash. To
# pin the base image: --build-arg PYTHON_IMAGE=python:3.13-slim@sha256:...
ARG PYTHON_IMAGE=python:3.13-slim

FROM ${PYTHON_IMAGE} AS build
COPY requirements.lock .
# pip gets a separate environment, because the bot does not need pip. The tests of its packages are removed, too.
RUN python -m venv /pip \
    && python -m venv --without-pip /venv \
    && /pip/bin/pip --python /venv/bin/python install --no-cache-dir --only-binary :all: --require-hashes --requirement requirements.lock \
    && find /venv -type d -name tests -prune -exec rm -r {} +
WORKDIR /app
COPY bot.py LICENSE ./
COPY flux_bot flux_bot
COPY cogs cogs
# Make the files readable for all users: a checkout with a restrictive umask does not.
RUN chmod -R u=rwX,go=rX .
# Babel contains 1,000 locales. Keep only the locales of the bot's languages, and their common root.
RUN mkdir /kept \
    && cd /venv/lib/python3*/site-packages/babel/locale-data \
    && cp root.dat /kept \
    && for folder in /app/flux_bot/locales/*/; do \
        language=$(basename "$folder" | cut --delimiter - --fields 1); \
        cp "$language".dat "$language"_*.dat /kept || exit 1; \
    done \
    && rm ./*.dat \
    && mv /kept/*.dat .

FROM ${PYTHON_IMAGE}
LABEL org.opencontainers.image.title="flux-bot" \
    org.opencontainers.image.description="A self-hosted Discord bot that makes and edits pictures with Ace Data Cloud's Flux Images API" \
    org.opencontainers.image.licenses="MIT" \
    org.opencontainers.image.version="1.0.0"
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
WORKDIR /app
COPY --from=build /venv /venv
COPY --from=build /app ./
RUN install --directory --owner 10001 --group 10001 --mode 0700 data
USER 10001:10001
# SQLite copies the database to rewrite it, and /tmp may be too small for the copy.
ENV DATABASE_URL=sqlite:///data/flux_bot.db \
    SQLITE_TMPDIR=/app/data
VOLUME /app/data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["python", "-m", "flux_bot.web.health_check"]
ENTRYPOINT ["python", "bot.py"]
