#!/bin/sh
# The fastest agent there can be: reads its prompt, prints the eleven events of one answer of pi, ends.
cat >/dev/null
cat "$(dirname "$0")/instant.ndjson"
