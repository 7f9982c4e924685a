#!/bin/sh
# Pushes one issue from CI: a .md, or a .zip with its pictures.
#
#   ZHOUZHI_SECRET=… examples/push.sh http://127.0.0.1:8422/publish/weekly issues/2026-02-25.md
#
# The secret is that of [hooks]. The answer is JSON and says what was recognised; pushing the same again changes
# nothing. Ends with an error when the issue was refused. Needs curl 7.76 and openssl.
set -eu

url=$1
file=$2
: "${ZHOUZHI_SECRET:?set it to the secret of [hooks]}"

case $file in
    *.zip) kind=application/zip ;;
    *) kind=text/markdown ;;
esac
now=$(date +%s)
signature=$({ printf '%s.' "$now" && cat "$file"; } | openssl dgst -sha256 -hmac "$ZHOUZHI_SECRET" -r | cut -d ' ' -f 1)

exec curl --fail-with-body --silent --show-error \
    --header "Content-Type: $kind" \
    --header "X-Zhouzhi-Timestamp: $now" \
    --header "X-Zhouzhi-Signature: sha256=$signature" \
    --header "X-Zhouzhi-Name: $(basename "$file")" \
    --data-binary "@$file" \
    "$url"
