import json
import os
from urllib.request import Request, urlopen

proxy = os.environ.get("HELICONE_PROXY_URL", "http://localhost:3000/helicone")

request = Request(
    f"{proxy}/openai/v1/chat/completions",  # was https://api.openai.com/v1/chat/completions
    data=json.dumps(
        {
            "model": "gpt-4o-mini",
            "messages": [{"role": "user", "content": "Why is the sea salty?"}],
        }
    ).encode(),
    headers={
        "Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}",
        "Content-Type": "application/json",
        "Helicone-User-Id": "ada",
    },
)
with urlopen(request) as response:
    print(json.load(response)["choices"][0]["message"]["content"])
