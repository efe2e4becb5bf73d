# The program for a server: one image, run as web, as workers and as beat (docker-compose.yml says how).
FROM python:3.12-slim-bookworm

# What WeasyPrint draws with, and fonts that know Russian: Times metrics for official documents, PT Sans for the rest.
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig \
        fonts-liberation fonts-paratype fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/*

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /opora

COPY requirements/base.txt requirements/base.txt
RUN pip install --no-cache-dir --require-hashes --requirement requirements/base.txt

COPY . .
RUN useradd --system --uid 10001 --create-home opora && install -d -o opora -g opora /data
USER opora
VOLUME /data
EXPOSE 8000

CMD ["gunicorn", "--config", "python:config.gunicorn", "config.wsgi"]
