#!/usr/bin/env bash
set -euo pipefail

proxy=${HELICONE_PROXY_URL:-http://localhost:3000/helicone}

# Was https://api.openai.com/v1/chat/completions
curl -sS --fail-with-body "$proxy/openai/v1/chat/completions" \
  -H "Authorization: Bearer $OPENAI_API_KEY" \
  -H 'Content-Type: application/json' \
  -d '{ "model": "gpt-4o-mini", "messages": [{ "role": "user", "content": "Why is the sea salty?" }] }'
