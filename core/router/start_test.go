package router_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/router"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// line is a router before deployments that do as they are told, under a clock
// that only sleeping and the test move.
type line struct {
	router.Config
	now    time.Time
	does   map[string][]error // what each deployment's next tries end in; nil: well
	events map[string][]error // what each deployment's streams hold: nil is an event
	tried  []string           // ids, in order
	slept  []time.Duration
	router *router.Router
}

// start makes a line of groups written as "name: id id; name: id". Draws are
// always 0: the first of those that may be picked is.
func start(groups string) *line {
	l := &line{
		now:  time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		does: map[string][]error{}, events: map[string][]error{},
	}
	l.Config = router.Config{
		Groups:     parseGroups(groups),
		NumRetries: 2, AllowedFails: 3, Cooldown: 5 * time.Second, MaxFallbacks: 5,
		Now:    func() time.Time { return l.now },
		Random: func() float64 { return 0 },
		Sleep: func(ctx context.Context, d time.Duration) error {
			l.slept = append(l.slept, d)
			l.now = l.now.Add(d)
			return ctx.Err()
		},
	}
	return l
}

func parseGroups(text string) *router.Groups {
	g := &router.Groups{Aliases: map[string]router.Alias{}}
	for group := range strings.SplitSeq(text, ";") {
		name, ids, _ := strings.Cut(strings.TrimSpace(group), ":")
		made := router.Group{Name: name}
		for _, id := range strings.Fields(ids) {
			made.Members = append(made.Members, router.Member{Deployment: &llm.Deployment{ID: id, Group: name, Provider: "p", Model: id}})
		}
		g.Groups = append(g.Groups, made)
	}
	return g
}

// member finds a deployment to change before the first call.
func (l *line) member(id string) *router.Member {
	for _, g := range l.Groups.Groups {
		for i := range g.Members {
			if g.Members[i].ID == id {
				return &g.Members[i]
			}
		}
	}
	panic("no deployment " + id)
}

// Do implements llm.Provider: it is one try.
func (l *line) Do(_ context.Context, call *llm.Call) (*llm.Reply, error) {
	id := call.To.ID
	l.tried = append(l.tried, id)
	if next := l.does[id]; len(next) > 0 {
		l.does[id] = next[1:]
		if next[0] != nil {
			return nil, next[0]
		}
	}
	reply := &llm.Reply{Body: raw.Object{}.WithText("from", id)}
	if call.Stream {
		events := l.events[id]
		reply.Events = func(yield func(llm.Event, error) bool) {
			for i, err := range events {
				if !yield(llm.Event{Data: []byte{'x'}, Last: i == len(events)-1}, err) {
					return
				}
			}
		}
	}
	return reply, nil
}

func call(model string) *llm.Call {
	return &llm.Call{Op: llm.Chat, Format: llm.OpenAI, Model: model, Caller: &llm.Caller{}, Record: &llm.Record{}}
}

// ask calls a model and returns the deployment that answered.
func (l *line) ask(c *llm.Call) (string, error) { return l.askIn(context.Background(), c) }

func (l *line) askIn(ctx context.Context, c *llm.Call) (string, error) {
	if l.router == nil {
		l.router = router.New(l.Config, l)
	}
	reply, err := l.router.Do(ctx, c)
	if err != nil {
		return "", err
	}
	defer reply.Close()
	if reply.Events != nil {
		for _, err := range reply.Events {
			if err != nil {
				return "", err
			}
		}
	}
	from, _ := reply.Body.Text("from")
	return from, nil
}

// fresh forgets what was tried and slept so far.
func (l *line) fresh() { l.tried, l.slept = nil, nil }

func (l *line) trail() string { return strings.Join(l.tried, " ") }

// fail is an error of a class; after is what it says of waiting.
func fail(c llm.Class, after ...time.Duration) error {
	e := &llm.Error{Class: c, Message: c.Error()}
	if len(after) > 0 {
		e.RetryAfter = after[0]
	}
	return e
}

// times repeats an error.
func times(n int, err error) []error {
	var out []error
	for range n {
		out = append(out, err)
	}
	return out
}

const forever = 100

func pauses(d ...time.Duration) string { return fmt.Sprint(d) }

func class(err error) llm.Class {
	var e *llm.Error
	if errors.As(err, &e) {
		return e.Class
	}
	return 0
}

func ptr[T any](v T) *T { return &v }

func aliasOf(model string) router.Alias { return router.Alias{Model: model} }

var errSeen = errors.New("seen")

// seer is a provider that only looks at the deployment it is given.
type seer struct{ to **llm.Deployment }

func seen(to **llm.Deployment) llm.Provider { return seer{to} }

func (s seer) Do(_ context.Context, call *llm.Call) (*llm.Reply, error) {
	*s.to = call.To
	return nil, &llm.Error{Class: llm.BadRequestError, Err: errSeen}
}
