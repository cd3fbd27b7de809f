package tokens_test

// The outputs are what litellm==1.81.15 answers to the calls in the comments.

import (
	"fmt"
	"log"
	"os"
	"strings"

	"github.com/tollgate-llm/tollgate/core/tokens"
)

const question = `[
	{"role": "system", "content": "Be brief."},
	{"role": "user", "content": "What is the weather in Oslo?", "name": "ana"}
]`

const weather = `[{"type": "function", "function": {
	"name": "get_weather", "description": "The weather at a place",
	"parameters": {"type": "object", "properties": {
		"city": {"type": "string"}, "unit": {"type": "string", "enum": ["C", "F"]}
	}, "required": ["city"]}
}}]`

// litellm.token_counter(model="gpt-4o", text="The quick brown fox jumps over the lazy dog.")
func ExampleCount() {
	fmt.Println(tokens.Count("gpt-4o", "The quick brown fox jumps over the lazy dog."))
	// Output: 10
}

// litellm.encode(model="gpt-4", text="Hello, wörld!")
func ExampleEncode() {
	fmt.Println(tokens.Encode("gpt-4", "Hello, wörld!"))
	// Output: [9906 11 289 9603 509 0]
}

// litellm.decode(model="gpt-4", tokens=[9906, 11, 289, 9603, 509, 0])
func ExampleDecode() {
	text, err := tokens.Decode("gpt-4", []int{9906, 11, 289, 9603, 509, 0})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(text)
	// Output: Hello, wörld!
}

// tiktoken.encoding_for_model("gpt-4o").name and tiktoken.encoding_for_model("gpt-4").name
func ExampleEncodingFor() {
	fmt.Println(tokens.EncodingFor("gpt-4o").Name(), tokens.EncodingFor("gpt-4").Name())
	// Output: o200k_base cl100k_base
}

// litellm.token_counter(model="gpt-4o", text="The quick brown fox jumps over the lazy dog.")
func ExampleEncodingByName() {
	encoding, err := tokens.EncodingByName("o200k_base")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(encoding.Count("The quick brown fox jumps over the lazy dog."))
	// Output: 10
}

// litellm.token_counter(model="gpt-4o", messages=question)
func ExampleCountMessages() {
	n, err := tokens.CountMessages("gpt-4o", []byte(question))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(n)
	// Output: 23
}

// litellm.token_counter(model="gpt-4o", messages=question, tools=weather,
// tool_choice={"type": "function", "function": {"name": "get_weather"}})
func ExampleCounter_Messages() {
	counter := tokens.Counter{Model: "gpt-4o"}
	choice := `{"type": "function", "function": {"name": "get_weather"}}`
	n, err := counter.Messages([]byte(question), []byte(weather), []byte(choice))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(n)
	// Output: 74
}

// litellm.token_counter(model="gpt-4o", messages=[{"role": "assistant", "content": "Rain."}], count_response_tokens=True)
func ExampleCounter_Messages_response() {
	counter := tokens.Counter{Model: "gpt-4o", CountResponseTokens: true}
	n, err := counter.Messages([]byte(`[{"role": "assistant", "content": "Rain."}]`), nil, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(n)
	// Output: 6
}

// litellm.token_counter(model="gpt-4o", text=["Hel", "lo, wörld"])
func ExampleCounter_Text() {
	fmt.Println(tokens.Counter{Model: "gpt-4o"}.Text("Hel", "lo, wörld"))
	// Output: 5
}

// litellm.token_counter(model="my-model", messages=question)
func ExampleOpenAITokenCounter() {
	n, err := tokens.OpenAITokenCounter("my-model").Messages([]byte(question), nil, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(n)
	// Output: 23
}

// tokenizer = litellm.create_tokenizer(open("testdata/tokenizers/llama3.json").read())
// litellm.encode(text="to be or not", custom_tokenizer=tokenizer), litellm.decode of that, and
// litellm.token_counter(messages=question, custom_tokenizer=tokenizer)
func ExampleNewTokenizer() {
	file, err := os.ReadFile("testdata/tokenizers/llama3.json")
	if err != nil {
		log.Fatal(err)
	}
	tokenizer, err := tokens.NewTokenizer(file)
	if err != nil {
		log.Fatal(err)
	}
	ids := tokenizer.Encode("to be or not")
	text, err := tokenizer.Decode(ids)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(ids, text)
	n, err := tokens.Counter{Tokenizer: tokenizer}.Messages([]byte(question), nil, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(n)
	// Output:
	// [0 87 82 470 224 289 297 365 1] to be or not
	// 53
}

// litellm.trim_messages(messages, model="gpt-4o", max_tokens=30, return_response_tokens=True)
func ExampleTrimMessages() {
	trimmed, left, err := tokens.TrimMessages("gpt-4o", []byte(`[
		{"role": "user", "content": "Tell me everything that you know about the history of the harbour of Trieste, and then about its coffee."},
		{"role": "user", "content": "In one sentence."}
	]`), tokens.Limit{MaxTokens: 30})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(string(trimmed))
	fmt.Println(left)
	// Output:
	// [{"role":"user","content":"Tell me everything that you.. and then about its coffee."},{"role": "user", "content": "In one sentence."}]
	// 3
}

// litellm.utils.is_prompt_caching_valid_prompt("gpt-4o", [{"role": "user", "content": "tea " * 1100}])
func ExampleIsPromptCachingValidPrompt() {
	messages := fmt.Sprintf(`[{"role": "user", "content": %q}]`, strings.Repeat("tea ", 1100))
	fmt.Println(tokens.IsPromptCachingValidPrompt("gpt-4o", []byte(messages), nil))
	// Output: true
}
