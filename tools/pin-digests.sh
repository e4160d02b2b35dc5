#!/bin/sh
# pin-digests.sh FILE ...: adds the digest of what its tag is now to each image of Dockerfiles and of Kubernetes files:
# node:20.20.2-bookworm-slim becomes node:20.20.2-bookworm-slim@sha256:... Needs docker, and the registries that it asks.
set -eu
for file in "$@"; do
  sed -n -E 's/^FROM ([^ ]+:[^ @]+)( .*)?$/\1/p; s/^ *image: ([^ ]+:[^ @]+)$/\1/p' "$file" | sort -u | while read -r image; do
    digest=$(docker buildx imagetools inspect "$image" --format '{{ .Manifest.Digest }}')
    echo "$image@$digest"
    sed -i -E "s|^(FROM \|  *image: )$image( .*)?\$|\1$image@$digest\2|" "$file"
  done
done
