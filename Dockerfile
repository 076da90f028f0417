# docker build -t flux-bot .
# docker run --env-file .env -p 127.0.0.1:8080:8080 -v flux-bot-data:/app/data flux-bot
# Works with --read-only --tmpfs /tmp too; large pictures pass through /tmp. compose.yaml sets all of this.

# A tag, so that a rebuild brings security updates of the base image. The bot's packages are pinned by hash. To pin the
# base image too: --build-arg PYTHON_IMAGE=python:3.13-slim@sha256:...
ARG PYTHON_IMAGE=python:3.13-slim

FROM ${PYTHON_IMAGE} AS build
COPY requirements.lock .
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --only-binary :all: --require-hashes --requirement requirements.lock

FROM ${PYTHON_IMAGE}
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
WORKDIR /app
COPY --from=build /venv /venv
COPY bot.py LICENSE ./
COPY flux_bot flux_bot
COPY cogs cogs
RUN install --directory --owner 10001 --group 10001 --mode 0700 data
USER 10001:10001
# Rewriting the database takes a copy of it, for which /tmp may be too small.
ENV DATABASE_URL=sqlite:///data/flux_bot.db \
    SQLITE_TMPDIR=/app/data
VOLUME /app/data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["python", "-m", "flux_bot.web.health_check"]
ENTRYPOINT ["python", "bot.py"]
