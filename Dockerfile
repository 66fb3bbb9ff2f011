# The program alone: no shell script around it, no Git client, no credentials.
#
#   docker build --tag statestore .
#   docker run --rm --read-only --tmpfs /tmp statestore --help

FROM swift:6.2-bookworm AS build
RUN apt-get update \
  && apt-get install --yes --no-install-recommends \
    libgit2-dev libsqlite3-dev libyaml-dev pkg-config zlib1g-dev \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY Package.swift ./
COPY Sources Sources
COPY Tests Tests
RUN swift build -c release --product statestore --static-swift-stdlib \
  && strip "$(swift build -c release --show-bin-path)/statestore" -o /statestore

# openssh-client for remotes over ssh, which work under any uid. A repository given by path would also
# need git, which an image should not have.
FROM debian:bookworm-slim
RUN apt-get update \
  && apt-get install --yes --no-install-recommends \
    ca-certificates libgit2-1.5 libsqlite3-0 libyaml-0-2 openssh-client zlib1g \
  && rm -rf /var/lib/apt/lists/* \
  && useradd --system --uid 65532 --user-group --home-dir /nonexistent --shell /usr/sbin/nologin statestore
COPY --from=build /statestore /usr/bin/statestore
# The root file system may be read-only; objects that may be lost go where a container has room.
ENV HOME=/nonexistent STATESTORE_CACHE=/tmp/statestore-cache
USER 65532:65532
ENTRYPOINT ["/usr/bin/statestore"]
