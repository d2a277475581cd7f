# A broker in a container:
#
#   docker build -t leat .
#   docker run --rm -p 127.0.0.1:9092:9092 -v leat-data:/data leat --advertised localhost:9092
#
# --advertised is what clients are told; without it, the address of the container that they came to,
# which is right between containers of one network. Other options of `leat serve` follow likewise
# (`--topic orders:4`). The KAFKA_... variables of Kafka's images work (-e KAFKA_NUM_PARTITIONS=3,
# -e KAFKA_ADVERTISED_LISTENERS=PLAINTEXT://kafka:9092), and so does a server.properties that is
# mounted (--properties FILE). There is no authentication: publish the port to whom you trust.

FROM debian:12 AS build
WORKDIR /leat
COPY quickstart.sh ./
COPY cmake/packages.txt cmake/
RUN ./quickstart.sh install
COPY . .
RUN mkdir -p build && cmake --preset release && cmake --build --preset release --target leat_command
# What the command is linked to goes with it, whatever the versions are called.
RUN mkdir -p /image/usr/local/bin /image/usr/local/lib/leat && \
    strip -o /image/usr/local/bin/leat build/release/bin/leat && \
    ldd build/release/bin/leat | awk '$3 ~ /^\// {print $3}' | \
      grep -Ev '/(libc|libm|libgcc_s|libpthread|ld-linux[^/]*)\.so' | \
      xargs -r -I{} cp -L {} /image/usr/local/lib/leat/

FROM debian:12-slim
COPY --from=build /image /
RUN echo /usr/local/lib/leat >/etc/ld.so.conf.d/leat.conf && ldconfig && \
    useradd --system --uid 1000 --home-dir /data leat && install -d -o leat -g leat /data
USER leat
VOLUME /data
EXPOSE 9092
STOPSIGNAL SIGTERM
# The broker must answer Metadata, not only accept.
HEALTHCHECK --interval=10s --timeout=5s --start-period=5s \
  CMD ["leat", "topic", "list", "--bootstrap", "127.0.0.1:9092"]
ENTRYPOINT ["leat", "serve", "--dir", "/data", "--listen", "0.0.0.0:9092", "--allow-insecure"]
