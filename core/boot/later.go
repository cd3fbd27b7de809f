package boot

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"github.com/tollgate-llm/tollgate/core/api/calls"
	"github.com/tollgate-llm/tollgate/core/batch"
	"github.com/tollgate-llm/tollgate/core/jwt"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/queue"
	"github.com/tollgate-llm/tollgate/core/record"
	"github.com/tollgate-llm/tollgate/core/routes"
	"github.com/tollgate-llm/tollgate/core/web"
	"github.com/tollgate-llm/tollgate/store"
)

// keptBatches is how long batches are kept when there is no store.
const keptBatches = 24 * time.Hour

// batches keeps what is to be done later. It runs no lines.
func (a *App) batches() *batch.Batches {
	keep := batch.Lifetime
	if !a.shared {
		keep = keptBatches
	}
	return &batch.Batches{Store: a.store, Queue: a.queue, Now: a.edge.Now, Sleep: sleep, Keep: keep, Tell: web.Detail}
}

// later answers batches, and runs their lines.
func (a *App) later() *calls.Later {
	l := &calls.Later{
		Calls: a.calls(), Missing: a.noBatches, Now: a.edge.Now, Asker: a.asker, Caller: a.still,
		Log: func(ctx context.Context, rec *llm.Record) { record.Log(ctx, a.edge.Log, rec, a.edge.Now()) },
	}
	if a.noBatches == "" {
		l.Batches = a.batches()
		l.Batches.Run = l.Run
	}
	return l
}

// batching are the endpoints of batches of calls.
func (a *App) batching() map[string]endpoint {
	l := a.later()
	return map[string]endpoint{
		"POST /batch/completions": {handle: l.Batch, words: llm.OpenAI, metered: true},
		"/batch/completions/{id}": {handle: l.Retrieve, words: llm.OpenAI},
	}
}

// Work runs the lines of batches that messages of the queue name. It returns the
// ids of those that must be delivered again, and why.
func (a *App) Work(ctx context.Context, messages []queue.Message) (again []string, why error) {
	if a.noBatches != "" {
		for _, m := range messages {
			again = append(again, m.ID)
		}
		return again, errors.New("there is no queue: " + a.noBatches)
	}
	a.look(ctx)()
	return a.later().Batches.Work(ctx, messages)
}

// asker is who asked for what is done later, as it is kept until then. Nobody can
// ask for anything with it: what it names was proved when it was written.
type asker struct {
	Hash   string        `json:"hash,omitempty"` // of the key
	Master bool          `json:"master,omitempty"`
	Guest  *jwt.Identity `json:"guest,omitempty"` // whom an identity provider vouched for
	Team   string        `json:"team,omitempty"`  // that the guest's request named
	Path   string        `json:"path"`
	IP     string        `json:"ip,omitempty"`
}

func (a *App) asker(r *http.Request, caller *llm.Caller) (json.RawMessage, error) {
	who := asker{Hash: caller.KeyHash, Path: r.URL.Path, IP: written(a.gate.from(r))}
	key, ok := keyOf(caller)
	who.Master = !ok
	if ok && key.vouched != nil {
		who.Guest, who.Team = key.vouched, r.Header.Get(teamHeader)
	}
	return json.Marshal(who)
}

// still is who asked, as they are now: an *llm.Error when they may not ask any
// more.
func (a *App) still(ctx context.Context, text json.RawMessage) (*llm.Caller, error) {
	var who asker
	if err := json.Unmarshal(text, &who); err != nil {
		return nil, fmt.Errorf("read who asked: %w", err)
	}
	from, _ := netip.ParseAddr(who.IP) // an address that is not known is in no network
	if err := a.gate.admits(from, who.Path); err != nil {
		return nil, err
	}
	caller, err := a.known(ctx, &who)
	if err != nil {
		return nil, err
	}
	r := &http.Request{URL: &url.URL{Path: who.Path}}
	if err := held(caller, routes.Key, r, from); err != nil {
		return nil, err
	}
	return caller, a.gate.leads(caller, who.Path)
}

// known finds who asked, who may have another say now, or none.
func (a *App) known(ctx context.Context, who *asker) (*llm.Caller, error) {
	switch {
	case who.Master:
		return a.masterOf(ctx, who.Hash)
	case who.Guest != nil && a.door == nil:
		return nil, shut("tokens of identity providers are not accepted any more")
	case who.Guest != nil:
		return a.door.seat(ctx, who.Guest, who.Team, who.Path)
	case who.Hash != "":
		return a.virtualOf(ctx, who.Hash)
	}
	if anybody := a.gate.public(who.Path, a.accessGroups); anybody != nil {
		return anybody, nil
	}
	return nil, shut("the route is not public any more")
}

// masterOf is the holder of the master key, if the key still has that hash: ""
// while there is none and nobody is asked for one.
func (a *App) masterOf(ctx context.Context, hash string) (*llm.Caller, error) {
	key, err := a.auth.MasterKey(ctx)
	if err != nil {
		return nil, &llm.Error{Class: llm.ServiceUnavailableError, Message: "the master key cannot be read now", Err: err}
	}
	now := ""
	if key != "" {
		sum := sha256.Sum256([]byte(key))
		now = hex.EncodeToString(sum[:])
	}
	if subtle.ConstantTimeCompare([]byte(now), []byte(hash)) != 1 || key == "" && (a.auth.Required || a.door != nil) {
		return nil, &llm.Error{Class: llm.AuthenticationError, Type: "auth_error", Message: "Authentication Error, the key that this was asked with is not the master key any more"}
	}
	return &llm.Caller{Master: true, KeyHash: hash}, nil
}

// virtualOf tells who has the key of a hash.
func (a *App) virtualOf(ctx context.Context, hash string) (*llm.Caller, error) {
	g, err := a.authority.GrantByHash(ctx, hash)
	if err != nil {
		return nil, err
	}
	again := func(ctx context.Context) (*people.Grant, error) { return a.authority.ConfirmByHash(ctx, hash, g) }
	return callerOf(&rights{Grant: g, again: again, groups: a.accessGroups}), nil
}

// StoredQueue is the queue of batches of gateways that have a store and no other
// queue. A message is hidden for longer than a line is claimed.
func StoredQueue(in store.Store, now func() time.Time) *queue.Stored {
	return &queue.Stored{Store: in, Name: "batch", Now: now, Visibility: batch.Lease + time.Minute, MaxReceives: batch.MaxReceives}
}

// waking is a queue in the store that tells who works it off of what is sent.
type waking struct {
	*queue.Stored
	wake chan struct{}
}

// Send implements batch.Queue.
func (w *waking) Send(ctx context.Context, after time.Duration, messages []string) error {
	err := w.Stored.Send(ctx, after, messages)
	select {
	case w.wake <- struct{}{}:
	default: // they know
	}
	return err
}
