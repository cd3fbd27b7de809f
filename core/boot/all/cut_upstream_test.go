package all_test

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/providers/providertest"
)

// stream is one of a vendor's, a golden file's, cut where a request asks.
type stream struct {
	name, params string // of the model that answers with it; $UP is the upstream
	path         string // the end of the requests that it answers; "": any
	file         string
	content      string // in the first event that says something
	stop         string // in the one that says why the answer ended
	end          string // in the one after which the stream is whole
	// lax says that vendors of this dialect leave the end out: after the stop,
	// HTTP's good end is enough.
	lax    bool
	source string // of the end

	kind   string // Content-Type
	events [][]byte
}

const (
	openaiModel    = "model: openai/gpt-4o, api_base: $UP/v1, api_key: k"
	anthropicModel = "model: anthropic/claude-sonnet-4-5, api_base: $UP, api_key: k"
	geminiModel    = "model: gemini/gemini-2.5-flash, api_base: $UP, api_key: k"
	bedrockModel   = "model: bedrock/us.amazon.nova-lite-v1:0, aws_bedrock_runtime_endpoint: $UP, aws_region_name: us-east-1, aws_access_key_id: k, aws_secret_access_key: k"
	cohereModel    = "model: cohere/command-a-03-2025, api_base: $UP, api_key: k"
	ollamaModel    = "model: ollama/llama3.2, api_base: $UP"

	openaiEnd    = "https://platform.openai.com/docs/api-reference/chat/create#chat-create-stream"
	responsesEnd = "https://platform.openai.com/docs/api-reference/responses-streaming/response/completed"
	anthropicEnd = "https://platform.claude.com/docs/en/build-with-claude/streaming#event-types"
	geminiEnd    = "https://ai.google.dev/api/generate-content#FinishReason"
	bedrockEnd   = "https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStreamOutput.html"
	cohereEnd    = "https://docs.cohere.com/v2/docs/streaming#message-end"
	ollamaEnd    = "https://docs.ollama.com/api/streaming"
)

// streams are those of six dialects, texts and calls of tools. OpenAI speaks
// three, one of them to a model of its own.
var streams = []stream{
	{name: "openai", params: openaiModel, path: "/chat/completions", file: "openai/testdata/plain_stream.txt", content: `"Hello!"`, stop: `"finish_reason":"stop"`, end: "[DONE]", lax: true, source: openaiEnd},
	{name: "openai", params: openaiModel, path: "/responses", file: "openai/responses/testdata/text_events.txt", content: `"delta":"Hi"`, stop: "response.completed", end: "response.completed", source: responsesEnd},
	{name: "openai tools", params: openaiModel, path: "/chat/completions", file: "openai/testdata/tools_stream.txt", content: "get_weather", stop: `"finish_reason":"tool_calls"`, end: "[DONE]", lax: true, source: openaiEnd},
	{name: "instruct", params: "model: text-completion-openai/gpt-3.5-turbo-instruct, api_base: $UP/v1, api_key: k", path: "/completions", file: "openai/testdata/completions/completions_events_usage.txt", content: `"This"`, stop: `"finish_reason": "length"`, end: "[DONE]", lax: true, source: openaiEnd},
	{name: "anthropic", params: anthropicModel, file: "anthropic/testdata/plain_stream.txt", content: `"Hi!"`, stop: `"stop_reason":"end_turn"`, end: "message_stop", source: anthropicEnd},
	{name: "anthropic tools", params: anthropicModel, file: "anthropic/testdata/tools_stream.txt", content: "get_weather", stop: `"stop_reason":"tool_use"`, end: "message_stop", source: anthropicEnd},
	{name: "gemini", params: geminiModel, file: "gemini/testdata/plain_stream.txt", content: `"Hello!"`, stop: "finishReason", end: "finishReason", source: geminiEnd},
	{name: "gemini tools", params: geminiModel, file: "gemini/testdata/tools_stream.txt", content: "get_weather", stop: "finishReason", end: "finishReason", source: geminiEnd},
	{name: "bedrock", params: bedrockModel, file: "bedrock/testdata/plain_stream.txt", content: "Elevator", stop: "messageStop", end: "metadata", source: bedrockEnd},
	{name: "bedrock tools", params: bedrockModel, file: "bedrock/testdata/tools_stream.txt", content: "Let me look.", stop: "messageStop", end: "metadata", source: bedrockEnd},
	{name: "cohere", params: cohereModel, file: "cohere/testdata/plain_stream.txt", content: `"Hello"`, stop: "message-end", end: "message-end", source: cohereEnd},
	{name: "cohere tools", params: cohereModel, file: "cohere/testdata/tools_stream.txt", content: "I will search", stop: "message-end", end: "message-end", source: cohereEnd},
	{name: "ollama", params: ollamaModel, file: "ollama/testdata/plain_stream.txt", content: `"Hello"`, stop: `"done":true`, end: `"done":true`, source: ollamaEnd},
	{name: "ollama tools", params: ollamaModel, file: "ollama/testdata/tools_stream.txt", content: "get_temperature", stop: `"done":true`, end: `"done":true`, source: ollamaEnd},
}

// model is the name of the model that answers with the stream.
func (d stream) model() string { return strings.ReplaceAll(d.name, " ", "-") }

// loaded are the streams as their files have them.
func loaded(t *testing.T) []stream {
	t.Helper()
	all := slices.Clone(streams)
	for i := range all {
		all[i].kind, all[i].events = providertest.Stream(t, "../../../providers/"+all[i].file)
	}
	return all
}

// after is how many bytes of the stream it takes to know of the first event
// that says the mark. Where HTTP ends well, a line's own end is not needed.
func (d stream) after(mark string, how closing) int {
	n := 0
	for _, event := range d.events {
		if n += len(event); bytes.Contains(event, []byte(mark)) {
			break
		}
	}
	if strings.Contains(d.kind, "ndjson") && how == good {
		n--
	}
	return n
}

// cuts are the places around each event's end, within the stream.
func (d stream) cuts() []int {
	all, end := []int{0}, 0
	for _, event := range d.events {
		end += len(event)
		all = append(all, end-1, end, end+1)
	}
	return all[:len(all)-1]
}

// closing is how an upstream ends an answer that it cuts.
type closing string

const (
	good   closing = "good"   // HTTP says that this is all
	broken closing = "broken" // the connection ends within the answer
	reset  closing = "reset"  // it is reset, and what was under way may be lost
)

// order is how a request says where to cut.
var order = regexp.MustCompile(`cut (\d+) (good|broken|reset)`)

// vendorThatCuts answers at /MODEL with its stream, as far as the request says.
func vendorThatCuts(t *testing.T, all []stream) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		said := order.FindSubmatch(body)
		if err != nil || said == nil {
			t.Errorf("got %s, %v, want an order where to cut", body, err)
			return
		}
		for _, d := range all {
			if strings.HasPrefix(r.URL.Path, "/"+d.model()+"/") && strings.HasSuffix(r.URL.Path, d.path) {
				n, _ := strconv.Atoi(string(said[1])) // digits, as order says
				w.Header().Set("Content-Type", d.kind)
				_, _ = w.Write(bytes.Join(d.events, nil)[:n])
				hangUp(t, http.NewResponseController(w), closing(said[2]))
				return
			}
		}
		t.Errorf("got a call of %s, want one that a stream answers", r.URL.Path)
	}))
	t.Cleanup(s.Close)
	return s
}

func hangUp(t *testing.T, w *http.ResponseController, how closing) {
	t.Helper()
	if how == good {
		return
	}
	if err := w.Flush(); err != nil {
		t.Error(err)
	}
	conn, _, err := w.Hijack()
	if err != nil {
		t.Error(err)
		return
	}
	if how == reset {
		if err := conn.(*net.TCPConn).SetLinger(0); err != nil {
			t.Error(err)
		}
	}
	_ = conn.Close() // which is what the test is about
}
