import os

from openai import OpenAI

proxy = os.environ.get("HELICONE_PROXY_URL", "http://localhost:3000/helicone")

client = OpenAI(
    base_url=f"{proxy}/openai/v1",  # was https://api.openai.com/v1
)

response = client.chat.completions.create(
    model="gpt-4o-mini",
    messages=[{"role": "user", "content": "Why is the sea salty?"}],
    extra_headers={"Helicone-User-Id": "ada"},
)
print(response.choices[0].message.content)
