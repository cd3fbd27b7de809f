"""Amazon Bedrock's Converse, by the package boto3."""

import json

import boto3
from botocore.config import Config
from cases import ABOUT, ARGUMENTS, CALL_ID, HARM, HELLO, NAME, PICTURE, PNG, RESULT, RIDDLE, ROOM, SCHEMA, SHORT, SYSTEM, WEATHER, Heard

REFUSAL, REASONING = False, True
FINISH = {"stop": "end_turn", "length": "max_tokens", "call": "tool_use", "filtered": "guardrail_intervened"}

TOOLS = [{"toolSpec": {"name": NAME, "description": ABOUT, "inputSchema": {"json": SCHEMA}}}]


def user(*content):
    return {"role": "user", "content": list(content)}


ASKS = {
    "text": {"messages": [user({"text": HELLO})]},
    "tool_call": {
        "system": [{"text": SYSTEM}], "messages": [user({"text": WEATHER})],
        "toolConfig": {"tools": TOOLS, "toolChoice": {"auto": {}}},
    },
    "tool_result": {
        "messages": [
            user({"text": WEATHER}),
            {"role": "assistant", "content": [{"toolUse": {"toolUseId": CALL_ID, "name": NAME, "input": ARGUMENTS}}]},
            user({"toolResult": {"toolUseId": CALL_ID, "content": [{"text": RESULT}]}}),
        ],
        "toolConfig": {"tools": TOOLS},
    },
    "image": {"messages": [user({"text": PICTURE}, {"image": {"format": "png", "source": {"bytes": PNG}}})]},
    "reasoning": {
        "messages": [user({"text": RIDDLE})], "outputConfig": {"effort": "high"},
        "additionalModelRequestFields": {"thinking": {"type": "adaptive"}},
    },
    "refusal": {"messages": [user({"text": HARM})]},
    "length": {"messages": [user({"text": HELLO})], "inferenceConfig": {"maxTokens": SHORT}},
}


def ask(url, key, model, case, stream):
    client = boto3.client(
        "bedrock-runtime", endpoint_url=url, region_name="us-east-1", aws_access_key_id=key,
        aws_secret_access_key="SECRET", config=Config(retries={"total_max_attempts": 1}),
    )
    params = {"modelId": model, "inferenceConfig": {"maxTokens": ROOM}} | ASKS[case]
    return gathered(client.converse_stream(**params)["stream"]) if stream else client.converse(**params)


def gathered(events):
    """A stream's events as the one reply that they tell; boto3 leaves that to its users."""
    blocks, reply = {}, {}
    for event in events:
        ((kind, value),) = event.items()
        if kind == "contentBlockStart":
            blocks[value["contentBlockIndex"]] = {"toolUse": {**value["start"]["toolUse"], "input": ""}}
        elif kind == "contentBlockDelta":
            block = blocks.setdefault(value["contentBlockIndex"], {})
            delta = value["delta"]
            if "toolUse" in delta:
                block["toolUse"]["input"] += delta["toolUse"]["input"]
            elif "text" in delta:
                block["text"] = block.get("text", "") + delta["text"]
            else:
                thought = block.setdefault("reasoningContent", {"reasoningText": {"text": ""}})["reasoningText"]
                thought["text"] += delta["reasoningContent"].get("text", "")
        elif kind == "contentBlockStop" and "toolUse" in blocks[value["contentBlockIndex"]]:
            used = blocks[value["contentBlockIndex"]]["toolUse"]
            used["input"] = json.loads(used["input"])
        elif kind in ("messageStop", "metadata"):
            reply |= value
    return reply | {"output": {"message": {"content": [blocks[index] for index in sorted(blocks)]}}}


def hear(value):
    content, usage = value["output"]["message"]["content"], value["usage"]
    return Heard(
        text="".join(block["text"] for block in content if "text" in block),
        calls=tuple((b["toolUse"]["name"], b["toolUse"]["input"]) for b in content if "toolUse" in b),
        reasoning="".join(b["reasoningContent"]["reasoningText"]["text"] for b in content if "reasoningContent" in b),
        finish=value["stopReason"],
        usage=(usage["inputTokens"], usage["outputTokens"], 0),
    )
