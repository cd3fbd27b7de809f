package responses

import (
	"encoding/json"
	"errors"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// Reply says a chat completion as a response. call is the one that Call was
// given. An error means that the provider answered something else.
func Reply(call *llm.Call, reply *llm.Reply) (*llm.Reply, error) {
	if err := raw.Strict(reply.Body.Bytes()); err != nil {
		return nil, broken(err)
	}
	chosen, ok, err := choice(reply.Body)
	if err == nil && !ok {
		err = errNoChoice
	}
	if err != nil {
		return nil, broken(err)
	}
	w := newWriter(call)
	w.begin(reply.Body)
	if err := w.heard(chosen, "message"); err != nil {
		return nil, broken(err)
	}
	w.finish()
	status, _ := w.status()
	return &llm.Reply{Format: llm.Responses, Body: w.whole(status, counts(reply.Usage)), Usage: reply.Usage}, nil
}

var errNoChoice = errors.New("no choice in the answer")

// choice is a reply's or chunk's first; false when there is none.
func choice(body raw.Object) (raw.Object, bool, error) {
	v, _ := body.Raw("choices")
	for _, one := range raw.Items(v) {
		o, err := raw.Parse(one)
		if err != nil {
			return o, false, err
		}
		if at, _ := o.Raw("index"); len(at) == 0 || string(at) == "0" || string(at) == "null" {
			return o, true, nil
		}
	}
	return raw.Object{}, false, nil
}

// status is how the response ended, and why it is not complete.
func (w *writer) status() (status, reason string) {
	switch w.reason {
	case "length":
		return "incomplete", "max_output_tokens"
	case "content_filter":
		return "incomplete", "content_filter"
	}
	return "completed", ""
}

// whole writes the response with its items. What was being said when the limit
// came is incomplete.
func (w *writer) whole(status string, usage json.RawMessage) raw.Object {
	output := make([]raw.Object, len(w.items))
	for i, it := range w.items {
		output[i] = it.object(w.stateOf(it))
	}
	_, reason := w.status()
	return w.response.object(status, reason, output, usage)
}

func (w *writer) stateOf(it *item) string {
	status, _ := w.status()
	if it.n == len(w.items)-1 {
		return status
	}
	return "completed"
}

func broken(err error) error {
	return &llm.Error{Class: llm.BadGatewayError, Message: "the provider answered something that is not its format", Err: err}
}
