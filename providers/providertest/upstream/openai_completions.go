package upstream

import (
	"encoding/json"
	"net/http"
	"strings"
)

// openAICompletions is the dialect of legacy completions: schemas
// CreateCompletionRequest and CreateCompletionResponse.
func openAICompletions() dialect {
	d := openAIDialect()
	d.read, d.reply, d.events = readCompletion, completionReply, completionEvents
	return d
}

func readCompletion(r *http.Request, body []byte) (ask, *failure) {
	a, refused := operation{
		members: `best_of echo frequency_penalty logit_bias logprobs max_tokens model n presence_penalty prompt seed
			stop stream stream_options suffix temperature top_p user`,
		required: "model prompt", stream: streamed,
	}.read(r, body)
	if refused != nil {
		return a, refused
	}
	a.maxTokens, a.stop = a.said.number("max_tokens", 16), a.said.list("stop")
	var options struct {
		Usage bool `json:"include_usage"`
	}
	_ = json.Unmarshal(a.said["stream_options"], &options) // none: no usage
	a.usage = options.Usage
	if prompts := a.said.list("prompt"); len(prompts) > 0 {
		a.last = prompts[len(prompts)-1]
	}
	return a, nil
}

type completionChoice struct {
	Text         string          `json:"text"`
	Index        int             `json:"index"`
	Logprobs     json.RawMessage `json:"logprobs"`
	FinishReason *string         `json:"finish_reason"`
}

type completionBody struct {
	ID          string             `json:"id"`
	Object      string             `json:"object"`
	Created     int64              `json:"created"`
	Model       string             `json:"model"`
	Fingerprint string             `json:"system_fingerprint"`
	Choices     []completionChoice `json:"choices"`
	Usage       json.RawMessage    `json:"usage,omitempty"`
}

func completionHead(m meta, q ask, choices ...completionChoice) completionBody {
	return completionBody{
		ID: numbered("cmpl-", m.id), Object: "text_completion", Created: m.created, Model: q.model,
		Fingerprint: "fp_44709d6fcb", Choices: choices,
	}
}

// begins are the texts that the choices begin with, n for each prompt: the
// prompt where its echo was asked for.
func begins(q ask) []string {
	prompts := q.said.list("prompt")
	if len(prompts) == 0 {
		prompts = []string{""} // of tokens, which have no echo here
	}
	var all []string
	for _, prompt := range prompts {
		for range q.choices {
			if !q.said.flag("echo") {
				prompt = ""
			}
			all = append(all, prompt)
		}
	}
	return all
}

func completionReply(m meta, q ask, a answer) []byte {
	body, reason := completionHead(m, q), openAIFinish(a.finish)
	for i, begin := range begins(q) {
		body.Choices = append(body.Choices, completionChoice{Text: begin + strings.Join(a.texts, ""), Index: i, FinishReason: &reason})
	}
	body.Usage = openAIUsage(a.usage, len(body.Choices))
	return encode(body)
}

func completionEvents(m meta, q ask, a answer) []event {
	var events []event
	chunk := func(choice completionChoice) {
		body := completionHead(m, q, choice)
		if q.usage {
			body.Usage = json.RawMessage("null")
		}
		events = append(events, event{data: encode(body), content: choice.FinishReason == nil})
	}
	begin := begins(q)
	for n, piece := range a.texts {
		for i := range begin {
			if n == 0 {
				piece = begin[i] + a.texts[0]
			}
			chunk(completionChoice{Text: piece, Index: i})
		}
	}
	reason := openAIFinish(a.finish)
	for i := range begin {
		chunk(completionChoice{Index: i, FinishReason: &reason})
	}
	if q.usage {
		body := completionHead(m, q)
		body.Choices, body.Usage = []completionChoice{}, openAIUsage(a.usage, len(begin))
		events = append(events, event{data: encode(body)})
	}
	return append(events, event{data: []byte("[DONE]"), last: true})
}
