#!/usr/bin/env bash
# Print a Markdown report on the effects of a change of dist/: .github/diff.sh OLD NEW, two folders such as dist.
#
# The exit status is 2 if any cluster cannot be read or compared. Otherwise it is the highest status of `hexa-notebooks
# diff`: 0 equal, 1 different, 3 unsafe. A status counts only if the report says the same, because a program that crashes
# also exits with 1.
set -euo pipefail
# The status if this script ends before its last line.
result=2
trap 'exit "$result"' EXIT

fail() {
  echo "$*" >&2
  exit 2
}
if [ $# != 2 ] || [ ! -d "$1" ] || [ ! -d "$2" ]; then
  fail "usage: $0 OLD NEW, two folders that contain a folder for each cluster"
fi
# A symbolic link could lead to the old manifests here, but to other files on the machine that applies them.
links=$(find "$1" "$2" -type l)
[ -z "$links" ] || fail "symbolic links are not compared; replace them by files: $links"
shopt -s nullglob
clusters=$(for folder in "$1"/*/ "$2"/*/; do basename "$folder"; done | sort -u)
[ -n "$clusters" ] || fail "$1 and $2 contain no folder of a cluster"

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
