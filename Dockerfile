# The image in which the binary is built, and the one it is put on. The second
# may be any, as nothing of it is needed.
ARG BUILD_IMAGE=golang:1.26
ARG BASE_IMAGE=scratch

FROM ${BUILD_IMAGE} AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o /out/inactivebot ./cmd/inactivebot
# An image without a shell cannot make its directories: they are made here.
RUN mkdir -p /out/data

FROM ${BASE_IMAGE}
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /out/inactivebot /inactivebot
COPY --from=build --chown=65532:65532 /out/data /data
ENV INACTIVEBOT_DATABASE=/data/inactivebot.db INACTIVEBOT_LISTEN=127.0.0.1:9090
USER 65532:65532
VOLUME /data
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["/inactivebot", "healthcheck"]
ENTRYPOINT ["/inactivebot"]
CMD ["serve"]
