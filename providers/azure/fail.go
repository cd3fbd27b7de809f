package azure

import (
	"bytes"
	"encoding/json"
	"iter"
	"net/http"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/sse"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// Fail is a wire.Dialect's Fail for OpenAI's errors as Azure has them: what its
// content filter did stands in an inner error, and in a stream too.
// Sources: https://learn.microsoft.com/en-us/azure/ai-foundry/openai/concepts/content-filter
// and https://learn.microsoft.com/en-us/azure/machine-learning/how-to-troubleshoot-online-endpoints
func Fail(call *llm.Call, r *wire.Response) *llm.Error {
	var body struct {
		Error struct {
			Code  string `json:"code"`
			Inner struct {
				Code string `json:"code"`
			} `json:"innererror"`
		} `json:"error"`
	}
	e := chat.Fail(call, r)
	if r.Status == http.StatusFailedDependency { // the model behind an endpoint failed
		e.Class = llm.InternalServerError
	}
	if json.Unmarshal(r.Body, &body) != nil {
		return e // of another shape, which chat.Fail reads
	}
	if body.Error.Code == "content_filter" || body.Error.Inner.Code == "ResponsibleAIPolicyViolation" {
		e.Class = llm.ContentPolicyViolationError
	}
	return e
}

// Events reads a stream by theirs, but for its errors, which Fail reads.
func Events(theirs func(*llm.Call, iter.Seq2[sse.Event, error]) iter.Seq2[llm.Event, error]) func(*llm.Call, iter.Seq2[sse.Event, error]) iter.Seq2[llm.Event, error] {
	return func(call *llm.Call, in iter.Seq2[sse.Event, error]) iter.Seq2[llm.Event, error] {
		return theirs(call, func(yield func(sse.Event, error) bool) {
			for ev, err := range in {
				if err == nil && bytes.HasPrefix(bytes.TrimSpace(ev.Data), []byte(`{"error"`)) {
					err = Fail(call, &wire.Response{Status: 200, Body: ev.Data})
				}
				if !yield(ev, err) || err != nil {
					return
				}
			}
		})
	}
}
