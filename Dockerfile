# The program alone: no shell, no package manager, no Git client, no credentials. The archive of a release
# (scripts/release) has the same files, user and environment.
#
#   docker build --build-arg STATESTORE_COMMIT="$(git rev-parse --short=12 HEAD)" --tag statestore .
#   docker run --rm --read-only --tmpfs /tmp statestore --help

FROM swift:6.2-bookworm AS build
RUN apt-get update \
  && apt-get install --yes --no-install-recommends \
    ca-certificates dpkg-dev libgit2-dev libsqlite3-dev libssl-dev libyaml-dev pkg-config \
    python3 zlib1g-dev
WORKDIR /build
COPY Package.swift ./
COPY Sources Sources
COPY Tests Tests
# What --version shows besides the version.
ARG STATESTORE_COMMIT=
RUN swift build -c release --product statestore --static-swift-stdlib --disable-local-rpath -Xlinker -s
# Debian's packages for the program, ssh and certificate authorities, unpacked. A repository given by path
# would also need git, which an image should not have.
COPY scripts/image-root scripts/image-root
RUN scripts/image-root "$(swift build -c release --show-bin-path)/statestore" /image

FROM scratch
COPY --from=build /image /
# The root file system may be read-only; objects that may be lost go where a container has room.
ENV PATH=/usr/bin:/bin HOME=/nonexistent STATESTORE_CACHE=/tmp/statestore-cache
USER 65532:65532
ENTRYPOINT ["/usr/bin/statestore"]
