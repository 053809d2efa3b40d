# Rapporteur in a container: the model inside, nothing fetched when it runs, nobody's root. docs/integrations.md says how to use it.
#
# docker build -t rapporteur .                        what asks and indexes with the model it ships: no torch, some 1.1 GB less
# docker build -t rapporteur --build-arg KIND=full .  with CPU torch, for an embedding model of your own

ARG KIND=lean

FROM python:3.11.14-slim-bookworm AS full
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1
RUN python -m venv /opt/rapporteur
ENV PATH=/opt/rapporteur/bin:$PATH RAPPORTEUR_CACHE=/opt/models
# The CPU build first: pip would otherwise bring gigabytes of CUDA. The exact version is constraints.txt's.
COPY constraints.txt /src/
RUN pip install "$(grep '^torch==' /src/constraints.txt)" --index-url https://download.pytorch.org/whl/cpu
COPY pyproject.toml README.md LICENSE app.py /src/
COPY index /src/index
COPY qa /src/qa
COPY web /src/web
RUN pip install -c /src/constraints.txt /src && python -m compileall -q /opt/rapporteur/lib
# Convert the model once, here, and show that what was kept answers.
RUN python -c "from index.embed import load_embedder; print(load_embedder().embed(['ready']).shape)"

# What only converting a model needs, goes; asking and indexing import none of it.
FROM full AS lean
RUN pip uninstall -y -q torch transformers sentence-transformers scikit-learn scipy sympy mpmath networkx joblib threadpoolctl

FROM ${KIND} AS chosen

FROM python:3.11.14-slim-bookworm
LABEL org.opencontainers.image.title="Rapporteur" org.opencontainers.image.licenses="Apache-2.0"
RUN useradd --uid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin rapporteur \
    && install -d -o rapporteur -g rapporteur /data /data/documents /data/.index
COPY --from=chosen /opt/rapporteur /opt/rapporteur
COPY --from=chosen /opt/models /opt/models
ENV PATH=/opt/rapporteur/bin:$PATH RAPPORTEUR_CACHE=/opt/models RAPPORTEUR_INDEX=/data/.index \
    HOME=/tmp PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 HF_HUB_OFFLINE=1
USER 10001:10001
WORKDIR /data
VOLUME ["/data/documents", "/data/.index"]
EXPOSE 7860
# Ctrl+C, which ends every command cleanly; as the first process of a container Python would not hear SIGTERM.
STOPSIGNAL SIGINT
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:7860/api/health', timeout=4)"]
ENTRYPOINT ["rapporteur"]
CMD ["chat", "--host", "0.0.0.0"]
