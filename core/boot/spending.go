package boot

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/tollgate-llm/tollgate/core/api/spend"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/queue"
	"github.com/tollgate-llm/tollgate/core/raw"
	book "github.com/tollgate-llm/tollgate/core/spend"
	"github.com/tollgate-llm/tollgate/core/tokens"
	"github.com/tollgate-llm/tollgate/core/web"
)

// book is where the spend log is added up.
func (a *App) book() *book.Book {
	return &book.Book{Store: a.store, Now: a.edge.Now, Keep: a.ledger.Keep}
}

// spending are the routes about what was spent, by method and path.
func (a *App) spending() map[string]spend.Handle {
	h := &spend.Handler{Book: a.book(), People: a.people, Actor: actor, Spent: a.spent, Cost: a.costOf, Count: a.tokensOf, Logged: a.names.logged}
	return h.Routes()
}

// costOf is what a model costs, by the name that callers have for it or else by
// its provider's.
func (a *App) costOf(model string, u llm.Usage) (int64, bool) {
	to, err := a.named(model)
	if err != nil {
		return 0, false
	}
	return a.cost(to, raw.Object{}, u, 0)
}

func (a *App) tokensOf(model string, messages []byte) (int64, error) {
	to, err := a.named(model)
	if err != nil {
		return 0, err
	}
	n, err := tokens.Counter{Model: to.Model}.Messages(messages, nil, nil)
	if err != nil {
		return 0, &llm.Error{Class: llm.BadRequestError, Param: "messages", Message: err.Error()}
	}
	return int64(n), nil
}

// named finds a model, or makes a deployment of its name.
func (a *App) named(model string) (*llm.Deployment, error) {
	to, err := a.now().groups.First(model)
	if err == nil && to.Model != "*" {
		return to, nil
	}
	provider, name, err := a.providers.Infer(model, "", "")
	if err != nil {
		return nil, &llm.Error{Class: llm.NotFoundError, Param: "model", Message: "This model isn't mapped yet. model=" + model}
	}
	return &llm.Deployment{Model: name, Provider: provider}, nil
}

// atOnce has all that a request asks about what was spent answered as of one
// moment, and read once.
func atOnce(h handler) handler {
	return func(w *web.Writer, r *http.Request, caller *llm.Caller) error {
		return h(w, r.WithContext(book.Remember(r.Context())), caller)
	}
}

// longestSweep is how far back overdue calls are looked for once an hour, for
// those whose first try began long before their last.
const longestSweep = 2 * time.Hour

// Tick does what has to be done every minute: calls that nobody ended are
// charged, what was spent is added up, keys that will expire are told of, and
// lines of batches that nobody comes for are looked after. It may be run by
// several processes at once, and be ended at any time.
func (a *App) Tick(ctx context.Context) error {
	now, b := a.edge.Now(), a.book()
	since, err := b.Summed(ctx)
	if now.Minute() == 0 || err != nil || since.IsZero() {
		since = earlier(since, now.Add(-longestSweep))
	}
	_, swept := a.ledger.Sweep(ctx, since)
	err = errors.Join(err, swept, b.Update(ctx), a.checkExpiry(ctx, now))
	if a.noBatches == "" {
		err = errors.Join(err, a.batches().Tend(ctx))
	}
	return err
}

func earlier(a, b time.Time) time.Time {
	if !a.IsZero() && a.Before(b) {
		return a
	}
	return b
}

// Tend ticks every minute, and works off batches whose queue is in the store,
// until the context ends. It returns when the last is done, and tells wrong of
// errors, at any time.
func (a *App) Tend(ctx context.Context, wrong func(error)) {
	tend(ctx, a, func(context.Context) *App { return a }, wrong)
}

// tend is Tend of a gateway, and of those that take its place.
func tend(ctx context.Context, app *App, now func(context.Context) *App, wrong func(error)) {
	var working sync.WaitGroup
	defer working.Wait()
	if from := app.inStore; from != nil {
		working.Go(func() {
			from.Loop(ctx, from.wake, func(ctx context.Context, messages []queue.Message) ([]string, error) {
				return now(ctx).Work(ctx, messages)
			}, wrong)
		})
	}
	every := time.NewTicker(time.Minute)
	defer every.Stop()
	for ; ; app = now(ctx) {
		if err := app.Tick(ctx); err != nil && ctx.Err() == nil {
			wrong(err)
		}
		select {
		case <-ctx.Done():
			return
		case <-every.C:
		}
	}
}
