#!/usr/bin/env bash
# Say in Markdown what a change of dist/ does to each of its clusters: .github/diff.sh OLD NEW, two folders such as dist.
# Ends with 2 where a cluster cannot be read, whatever the others are, and else with the highest status of
# `hexa-notebooks diff`: 0 equal, 1 different, 3 unsafe.
set -euo pipefail
if [ $# != 2 ] || [ ! -d "$1" ] || [ ! -d "$2" ]; then
  echo "usage: $0 OLD NEW, two folders with a folder a cluster" >&2
  exit 2
fi
hexa_notebooks=$(dirname "$0")/../.venv/bin/hexa-notebooks
highest=0
unreadable=false
while read -r cluster; do
  printf '## %s\n\n' "$cluster"
  status=0
  if [ ! -d "$1/$cluster" ]; then
    status=1
    echo "**A new cluster.**"
  elif [ ! -d "$2/$cluster" ]; then
    status=3
    echo "**Removed, the whole cluster.** An apply leaves its objects where they are, and a prune deletes them, users' claims too."
  else
    "$hexa_notebooks" diff --format markdown "$1/$cluster" "$2/$cluster" || status=$?
  fi
  echo
  [ "$status" != 2 ] || unreadable=true
  highest=$((status > highest ? status : highest))
done < <(for folder in "$1"/*/ "$2"/*/; do basename "$folder"; done | sort -u)
if "$unreadable"; then exit 2; fi
exit "$highest"
