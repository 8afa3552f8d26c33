# syntax=docker/dockerfile:1
# One node of Okno. Redis, PostgreSQL and TURN are other containers: see deploy/compose.yaml.

FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/okno
WORKDIR /src
# The dependencies are a layer of their own: they change more seldom than we do.
COPY requirements.lock ./
RUN /opt/okno/bin/pip install --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY signaling signaling
COPY web web
COPY server server
RUN /opt/okno/bin/pip install --no-deps --no-build-isolation .

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /var/lib/okno --create-home okno \
    && install -d -o okno /run/probe
COPY --from=build /opt/okno /opt/okno
ENV PATH=/opt/okno/bin:$PATH \
    PYTHONSAFEPATH=1 \
    PYTHONUNBUFFERED=1 \
    OKNO_HOST=0.0.0.0 \
    OKNO_DATA_DIR=/var/lib/okno \
    OKNO_LOG_FORMAT=json
USER okno
WORKDIR /var/lib/okno
VOLUME /var/lib/okno
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f'http://127.0.0.1:{os.environ.get(\"OKNO_PORT\", 8080)}/healthz', timeout=2)"]
ENTRYPOINT ["okno"]
CMD ["serve"]
