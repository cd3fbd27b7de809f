// Package responses keeps what OpenAI's responses API lets callers come back
// to: it puts the conversation of previous_response_id in front of a request,
// keeps each response that was not asked to be forgotten, and answers the
// routes that look at one. Who serves the call, natively or by chat, does not
// matter: what a provider keeps itself is not relied on, but deleted with ours.
//
// Source: https://platform.openai.com/docs/guides/conversation-state
package responses

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"iter"
	"slices"
	"time"

	format "github.com/tollgate-llm/tollgate/core/format/responses"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// Store keeps responses by their ids.
type Store interface {
	// Put keeps a response, in place of an older one of its owner. One of
	// another's by that id stays; the error is ErrTaken then. After another
	// error it may be kept or not.
	Put(ctx context.Context, r Stored) error
	// Get finds an owner's response. The error is ErrNotFound when there is
	// none, or there is none any more, and ErrTaken when it is another's.
	Get(ctx context.Context, owner, id string) (Stored, error)
	// Delete forgets an owner's response. One that is not there, or is
	// another's, is no error.
	Delete(ctx context.Context, owner, id string) error
}

// ErrNotFound says that a store has no such response.
var ErrNotFound = errors.New("no such response")

// ErrTaken says that another owner has a response of that id.
var ErrTaken = errors.New("another's response has this id")

// Stored is a response and what it answered.
type Stored struct {
	ID       string
	Owner    string            // the hash of its caller's key; "" without keys
	Previous string            // the response it follows; "" when it begins
	Input    []json.RawMessage // the request's own items, as its caller wrote them
	Response json.RawMessage   // as its caller got it

	Deployment string // the one that answered
}

// State serves calls for responses, and others untouched.
type State struct {
	Next  func(ctx context.Context, call *llm.Call) (*llm.Reply, error)
	Store Store
}

// Serve resolves what a call refers to, has it answered, and keeps the answer
// unless it says "store": false. A previous_response_id that the store does not
// know is left to the provider, which may. Errors are *llm.Error.
func (s *State) Serve(ctx context.Context, call *llm.Call) (*llm.Reply, error) {
	if call.Format != llm.Responses {
		return s.Next(ctx, call)
	}
	t := turn{store: s.Store, call: call, owner: owner(call.Caller)}
	asked, err := t.resolve(ctx)
	if err != nil {
		return nil, err
	}
	reply, err := s.Next(ctx, asked)
	if err != nil {
		return nil, err
	}
	if reply.Events != nil {
		reply.Events = t.events(ctx, reply.Events)
	} else {
		reply.Body = t.keep(ctx, reply.Body)
	}
	return reply, nil
}

func owner(c *llm.Caller) string {
	if c == nil {
		return ""
	}
	return c.KeyHash
}

// turn is one request of a conversation.
type turn struct {
	store    Store
	call     *llm.Call
	owner    string
	input    []json.RawMessage
	previous string // the response it follows
	resolved bool   // what was said up to that is in the input
}

// resolve gives the call with the conversation in its input.
func (t *turn) resolve(ctx context.Context) (*llm.Call, error) {
	body, err := t.referred(ctx, t.call.Body)
	if err != nil {
		return nil, err
	}
	if t.input, err = format.Items(body); err != nil {
		return nil, err
	}
	if t.previous, _ = body.Text("previous_response_id"); t.previous != "" {
		earlier, err := t.history(ctx)
		if err != nil {
			return nil, err
		}
		if t.resolved {
			if body, err = format.WithHistory(body, earlier); err != nil {
				return nil, err
			}
		}
	}
	asked := *t.call
	asked.Body = body
	return &asked, nil
}

// maxTurns bounds the conversation that is put together.
const maxTurns = 1000

// history is what was said up to the previous response. It is resolved when the
// store has all of it; else the provider may have.
func (t *turn) history(ctx context.Context) ([]json.RawMessage, error) {
	var turns [][]json.RawMessage
	for id := t.previous; id != ""; {
		one, err := t.store.Get(ctx, t.owner, id)
		switch {
		case errors.Is(err, ErrTaken): // its provider would not ask whose it is
			return nil, &llm.Error{
				Class: llm.BadRequestError, Param: "previous_response_id", Code: "previous_response_not_found",
				Message: "Previous response with id '" + id + "' not found.",
			}
		case errors.Is(err, ErrNotFound) || err == nil && len(turns) == maxTurns:
			return nil, nil
		case err != nil:
			return nil, unreadable(err)
		}
		turns = append(turns, append(one.Input[:len(one.Input):len(one.Input)], outputOf(one.Response)...))
		id = one.Previous
	}
	t.resolved = true
	var all []json.RawMessage
	for _, turn := range slices.Backward(turns) {
		all = append(all, turn...)
	}
	return all, nil
}

// outputOf are a response's items.
func outputOf(response json.RawMessage) (items []json.RawMessage) {
	o, err := raw.Parse(response)
	if err != nil {
		return nil
	}
	v, _ := o.Raw("output")
	for _, item := range raw.Items(v) {
		items = append(items, item)
	}
	return items
}

// events keeps the response of the last event before it is passed on.
func (t *turn) events(ctx context.Context, in iter.Seq2[llm.Event, error]) iter.Seq2[llm.Event, error] {
	return func(yield func(llm.Event, error) bool) {
		for ev, err := range in {
			if err == nil && len(ev.Data) > 0 && (ev.Last || ev.Head && t.resolved) {
				ev.Data = t.event(ctx, ev)
			}
			if !yield(ev, err) {
				return
			}
		}
	}
}

// event is an event's data, with the response in it as the caller gets it.
func (t *turn) event(ctx context.Context, ev llm.Event) []byte {
	body, err := raw.Parse(ev.Data)
	if err != nil || !body.Has("response") {
		return ev.Data
	}
	v, _ := body.Raw("response")
	response, err := raw.Parse(v)
	if err != nil {
		return ev.Data
	}
	if ev.Last {
		response = t.keep(ctx, response)
	} else {
		response = t.following(response)
	}
	return body.WithRaw("response", response.Bytes()).Bytes()
}

// following says in a response which one it follows, which its provider was not
// told.
func (t *turn) following(response raw.Object) raw.Object {
	if !t.resolved {
		return response
	}
	return response.WithText("previous_response_id", t.previous)
}

// storeTime is how long keeping a response may take. It is kept although its
// caller has left.
const storeTime = 5 * time.Second

// keep stores a response and gives it as its caller gets it. One that could
// not be stored says so: its answer is good all the same.
func (t *turn) keep(ctx context.Context, response raw.Object) raw.Object {
	response = t.following(response)
	id, _ := response.Text("id")
	if v, _ := t.call.Body.Raw("store"); string(v) == "false" || id == "" {
		return response
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTime)
	defer cancel()
	err := t.store.Put(ctx, Stored{
		ID: id, Owner: t.owner, Previous: t.previous, Input: t.input, Response: bytes.Clone(response.Bytes()),
		Deployment: t.call.Record.Deployment,
	})
	if err != nil {
		t.call.Record.Cause = err
		return response.WithRaw("store", json.RawMessage("false"))
	}
	return response
}

func unreadable(err error) error {
	return &llm.Error{Class: llm.ServiceUnavailableError, Message: "earlier responses cannot be read now", Err: err}
}
