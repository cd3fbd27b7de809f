package all_test

import (
	"bytes"
	"regexp"
)

// front is a way for clients to ask for a stream of a chat, and what its
// format says when that is whole or broken. {model} and {say} are filled in.
type front struct {
	name, path, body string
	stop             *regexp.Regexp // says why the answer ended
	end              *regexp.Regexp // says that the stream is whole
	broken           *regexp.Regexp // says, in its last event, that it is not
	source           string         // where that stands
}

const (
	chatBody = `{"model":"{model}","stream":true,"messages":[{"role":"user","content":"{say}"}]`
	openaiAt = "https://platform.openai.com/docs/api-reference/"
)

// fronts are all of them.
var fronts = []front{
	{
		"chat", "/v1/chat/completions", chatBody + "}",
		regexp.MustCompile(`"finish_reason": ?"`), regexp.MustCompile(`data: \[DONE\]`), regexp.MustCompile(`^data: \{"error":\{`),
		openaiAt + "chat/create#chat-create-stream",
	},
	{
		"chat with usage", "/v1/chat/completions", chatBody + `,"stream_options":{"include_usage":true}}`,
		regexp.MustCompile(`"finish_reason": ?"`), regexp.MustCompile(`data: \[DONE\]|"choices":\[\]`), regexp.MustCompile(`^data: \{"error":\{`),
		openaiAt + "chat/create#chat-create-stream_options",
	},
	{
		"completions", "/v1/completions", `{"model":"{model}","stream":true,"prompt":"{say}"}`,
		regexp.MustCompile(`"finish_reason": ?"`), regexp.MustCompile(`data: \[DONE\]`), regexp.MustCompile(`^data: \{"error":\{`),
		openaiAt + "completions/create#completions-create-stream",
	},
	{
		"responses", "/v1/responses", `{"model":"{model}","stream":true,"input":"{say}"}`,
		regexp.MustCompile(`"type":"response\.(completed|incomplete)"`), regexp.MustCompile(`event: response\.(completed|incomplete)`), regexp.MustCompile(`^event: error\ndata: \{"type":"error",`),
		openaiAt + "responses-streaming/error",
	},
	{
		"messages", "/v1/messages", `{"model":"{model}","stream":true,"max_tokens":100,"messages":[{"role":"user","content":"{say}"}]}`,
		regexp.MustCompile(`"stop_reason": ?"`), regexp.MustCompile(`message_stop`), regexp.MustCompile(`^event: error\ndata: \{"type":"error",`),
		"https://platform.claude.com/docs/en/build-with-claude/streaming#event-types",
	},
	{
		"gemini", "/v1beta/models/{model}:streamGenerateContent?alt=sse", `{"contents":[{"role":"user","parts":[{"text":"{say}"}]}]}`,
		regexp.MustCompile(`"finishReason"`), regexp.MustCompile(`"finishReason"`), regexp.MustCompile(`^data: \{"error":\{`),
		"https://ai.google.dev/api/generate-content#FinishReason",
	},
}

// heard is what a front's stream says about its end.
type heard struct{ stop, end, broken bool }

func (f front) hear(body []byte) heard {
	events := bytes.Split(bytes.TrimSuffix(body, []byte("\n\n")), []byte("\n\n"))
	return heard{f.stop.Match(body), f.end.Match(body), f.broken.Match(events[len(events)-1])}
}
