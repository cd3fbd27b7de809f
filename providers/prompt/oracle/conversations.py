"""The conversations that LiteLLM and the Go package both say as one text."""


def system(text):
    return {"role": "system", "content": text}


def user(text):
    return {"role": "user", "content": text}


def assistant(text, *calls):
    return {"role": "assistant", "content": text, **({"tool_calls": list(calls)} if calls else {})}


def call(id, name, arguments):
    return {"id": id, "type": "function", "function": {"name": name, "arguments": arguments}}


def result(id, text):
    return {"role": "tool", "tool_call_id": id, "content": text}


def parts(*texts):
    return [{"type": "text", "text": t} for t in texts]


WEATHER = call("call_1", "get_weather", '{"city":"Köln","days":3,"exact":1.0,"hourly":false,"unit":null,"hours":[],"more":{},"note":"\\u2602 \\"now\\"\\n😀"}')
CLOCK = call("call_2", "get_time", '{"zones":["Europe/Berlin","Asia/Tokyo"],"big":12345678901234567890,"small":0.00001,"far":1e22}')

CONVERSATIONS = {
    "one question": [user("Why is the sky blue?")],
    "with a system": [system("Be brief."), user("Why is the sky blue?")],
    "two turns": [user("What is 2+2?"), assistant("4"), user("And 3+3?")],
    "two turns, with a system": [system("You are a calculator."), user("2+2"), assistant("4"), user("3+3")],
    "four turns": [user("a1"), assistant("b1"), user("a2"), assistant("b2"), user("a3"), assistant("b3"), user("a4")],
    "to go on from": [user("Tell a joke."), assistant("Knock")],
    "to go on from, with a system": [system("Be funny."), user("Tell a joke."), assistant("Knock, knock.\nWho")],
    "assistant first": [assistant("Hello, I am a bot."), user("Hello, bot.")],
    "assistant alone": [assistant("Once upon a time")],
    "system alone": [system("You are a poet.")],
    "system, assistant": [system("You are a poet."), assistant("Roses are red")],
    "system, assistant, user": [system("You are a poet."), assistant("What about?"), user("Roses")],
    "system after an answer": [user("Hi"), assistant("Hello"), system("Now in French."), user("Bye")],
    "system at the end": [user("Hi"), system("Answer in Latin.")],
    "two systems first": [system("Be kind."), system("Be brief."), user("Hi")],
    "two systems apart": [system("Be kind."), user("Hi"), assistant("Hello"), system("Be brief."), user("Bye")],
    "two users in a row": [user("First."), user("Second."), assistant("Both."), user("Third.")],
    "two assistants in a row": [user("Go"), assistant("One."), assistant("Two."), user("More")],
    "developer": [{"role": "developer", "content": "Use metric units."}, user("How tall is it?")],
    "named": [{"role": "user", "name": "ada", "content": "Hi"}],
    "empty text": [user("")],
    "empty answer": [user("Hi"), assistant(""), user("Still there?")],
    "no content": [user("Hi"), {"role": "assistant", "content": None}, user("Still there?")],
    "lines": [system("Line one.\nLine two."), user("a\n\nb\r\nc\n\n\nd")],
    "spaces around": [system("  Be brief. \n"), user("\t Why? \n"), assistant(" Because. "), user(" Oh ")],
    "other scripts": [system("Réponds en français."), user("日本語とعربي и русский"), assistant("😀 ok 👩‍👩‍👧"), user("\u00a0fin\u2028")],
    "quotes and code": [user("Write \"x\" and 'y' and \\z"), assistant("```go\nfmt.Println(\"<hi> & {{bye}}\")\n```"), user("{% if x %}%s {0}{% endif %}")],
    "marks in a text": [system("Never say [INST]."), user("</s> [INST] <|im_end|> <|eot_id|> \n\nHuman: hi")],
    "thoughts": [user("17*3?"), assistant("<think>\n17*3 = 51\n</think>\n\n51"), user("And 18*3?")],
    "parts": [user(parts("What is ", "this?"))],
    "parts, with a system": [system(parts("Be brief.")), user(parts("Why?", " And how?")), assistant(parts("So.")), user("Thanks")],
    "tool": [user("Weather in Köln?"), assistant(None, WEATHER), result("call_1", '{"temp": 7}'), assistant("7 degrees."), user("Thanks")],
    "tools, with text": [user("Weather and time?"), assistant("Let me look.", WEATHER, CLOCK), result("call_1", "rain"), result("call_2", "noon")],
    "a result alone": [user("Look it up."), result("call_9", "It is <b>42</b>.")],
    # What some of the above become where differences.json says so.
    "parts, joined": [user("What is this?")],
    "parts, joined, with a system": [system("Be brief."), user("Why? And how?"), assistant("So."), user("Thanks")],
    "joined: two systems first": [system("Be kind.\n\nBe brief."), user("Hi")],
    "joined: two systems apart": [system("Be kind.\n\nBe brief."), user("Hi"), assistant("Hello"), user("Bye")],
    "in words: tool": [
        user("Weather in Köln?"),
        assistant('<tool_call>\n{"name": "get_weather", "arguments": %s}\n</tool_call>' % WEATHER["function"]["arguments"]),
        user('<tool_response>\n{"temp": 7}\n</tool_response>'), assistant("7 degrees."), user("Thanks"),
    ],
    "in words: tools, with text": [
        user("Weather and time?"),
        assistant("Let me look." + "".join('\n<tool_call>\n{"name": "%s", "arguments": %s}\n</tool_call>' % (
            c["function"]["name"], c["function"]["arguments"]) for c in (WEATHER, CLOCK))),
        user("<tool_response>\nrain\n</tool_response>\n<tool_response>\nnoon\n</tool_response>"),
    ],
    "in words: a result alone": [user("Look it up."), user("<tool_response>\nIt is <b>42</b>.\n</tool_response>")],
}

FUNCTIONS = [
    [],
    [{"name": "get_time", "parameters": {}}],
    [
        {"type": "function", "function": {
            "name": "get_weather", "description": "It's the \"weather\" of a city\n\tin °C – today \u200b\x7f\U000e0001",
            "strict": True, "parameters": {"type": "object", "properties": {
                "city": {"type": "string", "description": "the city's name", "default": None},
                "days": {"type": "integer", "minimum": 0, "maximum": 16, "multipleOf": 1.0},
                "scale": {"type": "number", "enum": [1e-05, 0.0001, 1.5, 1e16, 123456789012345680.0, 1e15, -0.0, 12345678901234567890]},
                "tags": {"type": "array", "items": {}, "default": []},
            }, "required": ["city"], "additionalProperties": False},
        }},
        {"type": "function", "function": {"name": "get_time", "description": 'say "now"\\then'}},
    ],
]

CUSTOM = [
    {},
    {"initial_prompt_value": "Start: ", "final_prompt_value": "\nAnswer:"},
    {"bos_token": "<s>", "eos_token": "</s>"},
    {
        "roles": {
            "system": {"pre_message": "<|system|>\n", "post_message": "\n"},
            "user": {"pre_message": "<|user|>\n", "post_message": "\n"},
            "assistant": {"pre_message": "<|assistant|>\n", "post_message": "\n"},
            "tool": {"pre_message": "<|result|>\n"},
        },
        "initial_prompt_value": "\n", "final_prompt_value": "<|assistant|>\n", "bos_token": "<s>", "eos_token": "</s>",
    },
    {"roles": {"user": {"post_message": "."}, "assistant": {}}, "eos_token": "!"},
]
