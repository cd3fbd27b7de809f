package demo

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
)

// chunk is what the tests read of a stream's event.
type chunk struct {
	ID, Object, Model string
	Choices           []struct {
		Index int
		Delta struct {
			Role      *string
			Content   *string
			ToolCalls []struct {
				Index    int
				ID, Type string
				Function struct{ Name, Arguments string }
			} `json:"tool_calls"`
		}
		Finish *string `json:"finish_reason"`
	}
	Usage *struct {
		Total int64 `json:"total_tokens"`
	}
}

// assemble puts the choices of a stream together as OpenAI's clients do.
func assemble(t *testing.T, reply *llm.Reply, withUsage bool) ([]choice, *llm.Usage, error) {
	t.Helper()
	defer reply.Close()
	var all []choice
	var usage *llm.Usage
	id, ended := "", false
	for ev, err := range reply.Events {
		if err != nil {
			return all, usage, err
		}
		if ended {
			t.Errorf("got an event after the last: %s", ev.Data)
		}
		if ev.Last {
			ended, usage = true, ev.Usage
			if withUsage != (len(ev.Data) > 0) {
				t.Errorf("usage asked for: %v, got %q", withUsage, ev.Data)
			}
			if !withUsage {
				continue
			}
		}
		var c chunk
		if err := json.Unmarshal(ev.Data, &c); err != nil {
			t.Fatalf("%v in %q", err, ev.Data)
		}
		if id == "" {
			id = c.ID
		}
		if c.ID != id || c.Object != "chat.completion.chunk" || c.Model == "" {
			t.Errorf("got %s, want every chunk to say where it belongs", ev.Data)
		}
		if ev.Last != (c.Usage != nil && len(c.Choices) == 0) {
			t.Errorf("got %s, last %v: want usage alone in the last", ev.Data, ev.Last)
		}
		all = add(t, all, c, ev)
	}
	if !ended {
		t.Error("the stream had no last event")
	}
	return all, usage, nil
}

func add(t *testing.T, all []choice, c chunk, ev llm.Event) []choice {
	t.Helper()
	for _, part := range c.Choices {
		for len(all) <= part.Index {
			all = append(all, choice{Index: len(all)})
		}
		to := &all[part.Index]
		if role := part.Delta.Role; role != nil {
			if to.Message.Role != "" {
				t.Error("got a role twice")
			}
			to.Message.Role = *role
		}
		if ev.Head != (part.Delta.Role != nil) {
			t.Errorf("head %v: got %s, want the role's chunks to be the head", ev.Head, ev.Data)
		}
		if text := part.Delta.Content; text != nil {
			if to.Message.Content == nil {
				to.Message.Content = new(string)
			}
			*to.Message.Content += *text
		}
		for _, call := range part.Delta.ToolCalls {
			if call.ID != "" {
				to.Message.ToolCalls = append(to.Message.ToolCalls, struct {
					ID, Type string
					Function struct{ Name, Arguments string }
				}{ID: call.ID, Type: call.Type})
				to.Message.ToolCalls[call.Index].Function.Name = call.Function.Name
			}
			to.Message.ToolCalls[call.Index].Function.Arguments += call.Function.Arguments
		}
		if part.Finish != nil {
			to.Finish = part.Finish
		}
	}
	return all
}

// TestStream wants the same from a stream as from a plain call.
func TestStream(t *testing.T) {
	for _, c := range cases {
		for _, withUsage := range []bool{false, true} {
			t.Run(c.name, func(t *testing.T) {
				p, _ := fixed()
				call := callOf(t, c.model, c.body, true)
				call.Options.IncludeUsage = withUsage
				reply, err := p.Do(context.Background(), call)
				if err != nil {
					t.Fatal(err)
				}
				choices, usage, err := assemble(t, reply, withUsage)
				if err != nil {
					t.Fatal(err)
				}
				if want := (llm.Usage{Known: true, In: c.in, Out: c.out}); usage == nil || *usage != want {
					t.Errorf("usage: got %+v, want %+v", usage, want)
				}
				if want := max(1, strings.Count(c.body, `"n":3`)*3); len(choices) != want {
					t.Errorf("got %d choices, want %d", len(choices), want)
				}
				for _, choice := range choices {
					checkChoice(t, choice, c.content, c.tool, c.args, c.finish)
				}
			})
		}
	}
}

// TestStops is that nothing comes after a reader has had enough.
func TestStops(t *testing.T) {
	for stop := range 40 {
		p, _ := fixed()
		reply, err := p.Do(context.Background(), callOf(t, "demo-tools", `{"n":2,"tools":`+weather+`,"messages":[{"role":"user","content":"Hi"}]}`, true))
		if err != nil {
			t.Fatal(err)
		}
		got := 0
		for range reply.Events {
			if got++; got > stop {
				break
			}
		}
		if got != stop+1 {
			t.Errorf("got %d events, want %d", got, stop+1)
		}
	}
}

func TestCut(t *testing.T) {
	for _, body := range []string{
		`{"messages":[{"role":"user","content":"Hi"}]}`,
		`{"max_tokens":2,"messages":[{"role":"user","content":"Hi"}]}`,
	} {
		p, _ := fixed()
		reply, err := p.Do(context.Background(), callOf(t, "demo-cut", body, true))
		if err != nil {
			t.Fatal(err)
		}
		choices, usage, err := assemble(t, reply, false)
		var e *llm.Error
		if !errors.As(err, &e) || e.Class != llm.APIConnectionError || usage != nil {
			t.Errorf("got %v and usage %v, want an APIConnectionError and none", err, usage)
		}
		if len(choices) != 1 || choices[0].Finish != nil || *choices[0].Message.Content == "" {
			t.Errorf("got %+v, want content and no finish", choices)
		}
	}
}

func TestSlowStream(t *testing.T) {
	p, slept := fixed()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	reply, err := p.Do(ctx, callOf(t, "demo-slow", `{"max_tokens":3,"messages":[{"role":"user","content":"Hi"}]}`, true))
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, err = range reply.Events {
		if seen++; seen == 3 {
			cancel() // after the role and two tokens
		}
	}
	if !errors.Is(err, llm.APIConnectionError) || seen != 4 {
		t.Errorf("got %d events and %v, want 3 and an APIConnectionError", seen, err)
	}
	if want := []time.Duration{slowStart, slowToken, slowToken, slowToken}; len(*slept) != len(want) || (*slept)[1] != slowToken {
		t.Errorf("got sleeps %v, want %v", *slept, want)
	}
}
