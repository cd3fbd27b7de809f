package cloudflare

import (
	"bytes"
	"encoding/json"
	"iter"
	"strconv"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/sse"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// problem is an error as all of Cloudflare's APIs have it.
type problem struct {
	Errors []struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
	} `json:"errors"`
}

// fail reads an error answer, or a stream's event that is one.
// Sources: https://developers.cloudflare.com/workers-ai/platform/errors/ and
// https://developers.cloudflare.com/ai-gateway/features/guardrails/set-up-guardrail
func fail(call *llm.Call, r *wire.Response) *llm.Error {
	var p problem
	if json.Unmarshal(r.Body, &p) != nil || len(p.Errors) == 0 {
		return chat.Fail(call, r)
	}
	first := p.Errors[0]
	said := raw.Object{}.WithText("message", first.Message).WithText("code", strconv.Itoa(first.Code))
	status := r.Status
	if known := statusOf(first.Code); known != 0 {
		status = known
	}
	e := chat.Fail(call, &wire.Response{Status: status, Body: raw.Object{}.WithRaw("error", said.Bytes()).Bytes()})
	if first.Code == 2016 || first.Code == 2017 { // a gateway's guardrails: the prompt, the reply
		e.Class = llm.ContentPolicyViolationError
	}
	return e
}

// statusOf is the status that goes with a code, 0 when it is not known. A model
// that does not exist is not found here, whatever Cloudflare says.
func statusOf(code int) int {
	switch code {
	case 3003, 3039, 5004:
		return 400
	case 10000:
		return 401
	case 3023, 3041, 5016, 5018:
		return 403
	case 3042, 5007:
		return 404
	case 3007, 3008:
		return 408
	case 3006:
		return 413
	case 3036, 3040:
		return 429
	}
	return 0
}

// isProblem reports whether an answer of status 200 is an error.
func isProblem(body []byte) bool {
	return bytes.Contains(body, []byte(`"errors"`)) && !bytes.Contains(body, []byte(`"choices"`))
}

// problems are a stream's events, with the errors among them as errors.
func problems(call *llm.Call, in iter.Seq2[sse.Event, error]) iter.Seq2[sse.Event, error] {
	return func(yield func(sse.Event, error) bool) {
		for ev, err := range in {
			if err == nil && isProblem(ev.Data) {
				err = fail(call, &wire.Response{Status: 200, Body: ev.Data})
			}
			if !yield(ev, err) || err != nil {
				return
			}
		}
	}
}
