#!/usr/bin/env bash
# Fetches the commits that an event is about: for `run` into a work tree, else into a store of objects without one, where
# there is nothing to check out, and no hook, filter or setting of the change.
set -euo pipefail

base=${BASE_NAME#refs/heads/}
case "$base" in
refs/*)
  echo "::error title=passmuster::the event is about no branch, so there is nothing to judge"
  exit 3
  ;;
esac

wanted=("+refs/heads/$base:refs/remotes/origin/$base")
if [ "$DO" = run ]; then
  folder=$RUNNER_TEMP/passmuster-work
  git init --quiet "$folder"
  wanted+=("+$HEAD_ID:refs/heads/change")
else
  folder=$RUNNER_TEMP/passmuster-objects
  git init --quiet --bare "$folder"
  wanted+=("$HEAD_ID")
  if [ "$GITHUB_EVENT_NAME" = push ]; then
    if [ -z "${BEFORE_ID//0/}" ]; then
      echo "::error title=passmuster::the branch is new, so there is no move to judge; \`passmuster audit\` judges its past"
      exit 3
    fi
    wanted+=("$BEFORE_ID")
  fi
fi

# The token goes along with the fetch and is written nowhere.
header="Authorization: Basic $(printf 'x-access-token:%s' "$TOKEN" | base64 | tr -d '\n')"
GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0="http.$REMOTE.extraHeader" GIT_CONFIG_VALUE_0="$header" \
  git -C "$folder" fetch --quiet --no-tags "$REMOTE" "${wanted[@]}" || exit 3
if [ "$DO" = run ]; then git -C "$folder" checkout --quiet change; fi
