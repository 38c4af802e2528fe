#!/bin/sh
# Stands for `alentour read-document` in tests: does what its standard input says in shell.
. /dev/stdin
