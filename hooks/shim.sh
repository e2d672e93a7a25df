#!/bin/sh
# passmuster hook shim: starts the program below under this hook's name
exec '@PROGRAM@' hook "$0" "$@"
