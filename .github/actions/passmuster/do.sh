#!/usr/bin/env bash
# Lets passmuster look at what was fetched. Exit status: 0 passed, 1 refused, 2 wrong inputs, 3 could not judge.
set -euo pipefail

base=${BASE_NAME#refs/heads/}
out=$RUNNER_TEMP/passmuster-out
mkdir -p "$out"

verify() {
  local move=(--against "origin/$base" --head "$HEAD_ID")
  if [ "$GITHUB_EVENT_NAME" = push ]; then move=(--base "$BEFORE_ID" --head "$HEAD_ID" --ref "$base"); fi
  {
    echo "sarif=$out/passmuster.sarif"
    echo "junit=$out/passmuster.xml"
  } >>"$GITHUB_OUTPUT"
  passmuster -C "$RUNNER_TEMP/passmuster-objects" verify "${move[@]}" --format github \
    --also "summary=$GITHUB_STEP_SUMMARY" --also "outputs=$GITHUB_OUTPUT" \
    --also "sarif=$out/passmuster.sarif" --also "junit=$out/passmuster.xml"
}

# Commands of the change run here.
run() {
  local work=$RUNNER_TEMP/passmuster-work wanted=() status=0
  git -C "$work" config user.name passmuster
  git -C "$work" config user.email passmuster@localhost
  if [ -n "$ITEM" ]; then wanted+=("$ITEM"); else wanted+=(--missing); fi
  if [ -n "$GATE" ]; then wanted+=(--gate "$GATE"); fi
  passmuster -C "$work" gate run "${wanted[@]}" --against "origin/$base" --format github || status=$?
  # What is handed on is what was written now, and nothing that the change brought along.
  mkdir -p "$out/gates"
  git -C "$work" ls-files --others --modified -z -- plan/gates | while IFS= read -r -d '' path; do
    if [ -f "$work/$path" ] && [ ! -L "$work/$path" ]; then cp "$work/$path" "$out/gates/"; fi
  done
  echo "reports=$out/gates" >>"$GITHUB_OUTPUT"
  return "$status"
}

case "$DO" in
verify) verify ;;
missing)
  # Refused is what is to be expected while gates lack evidence; not judged is a failure.
  status=0
  verify || status=$?
  if [ "$status" -gt 1 ]; then exit "$status"; fi
  ;;
run) run ;;
*)
  echo "::error title=passmuster::the input do must be verify, missing, run or install"
  exit 2
  ;;
esac
