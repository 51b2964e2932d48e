"""Asks a server with OpenAI's client, and prints what it got as JSON.

    python chat.py BASE_URL

Needs openai.
"""

import json
import sys

import openai

client = openai.OpenAI(base_url=sys.argv[1], api_key="none", max_retries=0)
models = [model.id for model in client.models.list()]
asked = {"messages": [{"role": "user", "content": "one two"}], "max_tokens": 6, "temperature": 0}


def answer(model: str) -> dict:
    whole = client.chat.completions.create(model=model, **asked)
    chunks = client.chat.completions.create(model=model, stream=True, **asked)
    streamed = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    return {
        "whole": whole.choices[0].message.content,
        "streamed": streamed,
        "finish": whole.choices[0].finish_reason,
        "tokens": whole.usage.completion_tokens,
    }


def refusal(**changes: object) -> list:
    try:
        client.chat.completions.create(**{"model": models[0], **asked, **changes})
    except openai.APIStatusError as error:
        return [type(error).__name__, error.body["param"]]
    return ["none", None]


refused = [
    refusal(model="absent"),
    refusal(n=2),
    refusal(tools=[{"type": "function", "function": {"name": "f"}}]),
]
print(json.dumps({"models": models, "answers": [answer(model) for model in models], "refused": refused}))
