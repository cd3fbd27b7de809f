// Package demo is a model that needs no network and no key, so that everything
// around a model can be tried: a first call, a client's streaming, its tool
// loop, its error handling. It says back what it was told. What it does is
// chosen by the model's name:
//
//	demo                  answers in a sentence that repeats the question
//	demo-tools            calls the first tool it is given, with arguments made
//	                      from the tool's schema, and answers after its result;
//	                      without tools it is demo
//	demo-json             answers with a JSON object: the smallest one that
//	                      satisfies the json_schema asked for, if any
//	demo-slow             demo after 2 seconds, then 100 ms for each word
//	demo-cut              breaks off after the first words of a stream; a plain
//	                      call fails
//	demo-error-<status>   fails with that HTTP status (400 to 599): demo-error-429;
//	                      a rate limit says to come back after one second
//	demo-error-<class>    fails with that class of error: demo-error-Timeout
//
// Every model but the last three kinds honours n, stop, max_tokens and
// max_completion_tokens, tools with a tool_choice that demands a call,
// and response_format. The others of OpenAI's parameters change nothing.
//
// Operations beyond chat have answers that follow from the request alone:
// vectors that are near each other for texts with words in common, documents
// by that nearness, squares of a colour, silence as long as the text.
//
// Usage is counted in tokens of its own: a run of letters and digits is one,
// any other visible character is one, white space is free, and each message
// costs 3 more. A stream sends one token at a time.
package demo

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
)

const (
	slowStart = 2 * time.Second
	slowToken = 100 * time.Millisecond
)

// Provider answers calls of OpenAI's chat format. It implements llm.Speaker.
type Provider struct {
	Now   func() time.Time
	Sleep func(context.Context, time.Duration) error // returns early when the context ends
	ID    func() string                              // unique, for replies and tool calls
}

var _ llm.Speaker = (*Provider)(nil)

// New makes a Provider that really sleeps and makes random ids.
func New(now func() time.Time) *Provider {
	return &Provider{Now: now, Sleep: sleep, ID: rand.Text}
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Speaks implements llm.Speaker.
func (p *Provider) Speaks(op llm.Op, f llm.Format) bool {
	return f == llm.OpenAI && op.String() != "unknown"
}

// Do implements llm.Provider. Every error is an *llm.Error.
func (p *Provider) Do(ctx context.Context, call *llm.Call) (*llm.Reply, error) {
	if !p.Speaks(call.Op, call.Format) {
		return nil, fault(call, llm.BadRequestError, "demo does not offer this operation")
	}
	model := call.To.Model
	if what, ok := strings.CutPrefix(model, "demo-error-"); ok {
		return nil, p.wanted(call, what)
	}
	switch model {
	case "demo", "demo-tools", "demo-json":
	case "demo-slow":
		if err := p.Sleep(ctx, slowStart); err != nil {
			return nil, gaveUp(call, err)
		}
	case "demo-cut":
		if !call.Stream {
			return nil, cut(call)
		}
	default:
		return nil, fault(call, llm.NotFoundError, "there is no model "+model+
			"; there are demo, demo-tools, demo-json, demo-slow, demo-cut and demo-error-<status or class>")
	}
	if call.Op != llm.Chat {
		return p.operation(call)
	}
	req, err := read(call)
	if err != nil {
		return nil, err
	}
	a, err := p.answer(call, req)
	if err != nil {
		return nil, err
	}
	o := output{
		p: p, call: call, answer: a, n: req.n,
		id: "chatcmpl-" + p.ID(), created: p.Now().Unix(), in: req.tokens(),
	}
	if call.Stream {
		return &llm.Reply{Format: llm.OpenAI, Events: o.events(ctx)}, nil
	}
	return o.plain()
}

func fault(call *llm.Call, class llm.Class, message string) *llm.Error {
	return &llm.Error{Class: class, Message: message, Provider: "demo", Model: call.To.Model}
}

// refused is a request that OpenAI would refuse, too.
func refused(call *llm.Call, param, message string) error {
	e := fault(call, llm.BadRequestError, message)
	e.Param = param
	return e
}

func cut(call *llm.Call) error {
	return fault(call, llm.APIConnectionError, "the stream of demo broke off before its end, as demo-cut does")
}

func gaveUp(call *llm.Call, err error) error {
	e := fault(call, llm.APIConnectionError, "the request was given up")
	if errors.Is(err, context.DeadlineExceeded) {
		e = fault(call, llm.Timeout, "demo did not answer in time")
	}
	e.Err = err
	return e
}
