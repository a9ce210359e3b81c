#!/usr/bin/env bash
# Say in Markdown what a change of dist/ does to each of its clusters: .github/diff.sh OLD NEW, two folders such as dist.
# Ends with 2 where a cluster cannot be read or compared, whatever the others are, and else with the highest status of
# `hexa-notebooks diff`: 0 equal, 1 different, 3 unsafe. A status counts only with the report that says the same: a
# program that breaks ends with 1 as well, and says nothing.
set -euo pipefail
# What ends this script before its last line is a failure, too, whatever status it has.
result=2
trap 'exit "$result"' EXIT

fail() {
  echo "$*" >&2
  exit 2
}
if [ $# != 2 ] || [ ! -d "$1" ] || [ ! -d "$2" ]; then
  fail "usage: $0 OLD NEW, two folders with a folder a cluster"
fi
# A link may lead to the old manifests here, and elsewhere on the machine that applies the new ones.
links=$(find "$1" "$2" -type l)
[ -z "$links" ] || fail "links are not compared; put the files there: $links"
shopt -s nullglob
clusters=$(for folder in "$1"/*/ "$2"/*/; do basename "$folder"; done | sort -u)
[ -n "$clusters" ] || fail "$1 and $2 have no clusters, which are folders"

hexa_notebooks=$(dirname "$0")/../.venv/bin/hexa-notebooks
compare() {
  status=0
  report=$("$hexa_notebooks" diff --format markdown "$1" "$2") || status=$?
  case "$status $report" in
    "0 **Equal:"* | "1 **Different:"* | "3 **Unsafe:"*) ;;
    *)
      echo "$2: the comparison ended with status $status" >&2
      status=2
      report="**Cannot be read, or not be compared: the log says why.**"
      ;;
  esac
}
highest=0
unreadable=false
while read -r cluster; do
  if [ ! -d "$1/$cluster" ]; then
    compare "$2/$cluster" "$2/$cluster"
    [ "$status" = 2 ] || { status=1 && report="**A new cluster.**"; }
  elif [ ! -d "$2/$cluster" ]; then
    status=3
    report="**Removed, the whole cluster.** An apply leaves its objects where they are, and a prune deletes them, users' claims too."
  else
    compare "$1/$cluster" "$2/$cluster"
  fi
  printf '## %s\n\n%s\n\n' "$cluster" "$report"
  [ "$status" != 2 ] || unreadable=true
  highest=$((status > highest ? status : highest))
done <<< "$clusters"
"$unreadable" || result=$highest
