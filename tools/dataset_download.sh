#!/bin/sh
# The download of the reference, by the name that its readers look for: the same as mammokit-trainer download.
exec npx mammokit-trainer download "$@"
