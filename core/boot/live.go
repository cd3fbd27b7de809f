package boot

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tollgate-llm/tollgate/core/config"
	"github.com/tollgate-llm/tollgate/core/people"
)

const (
	// replaceTime is how long it may take to get and to read another
	// configuration. Calls wait for it.
	replaceTime = 4 * time.Second
	// invalidTime is how long a configuration with errors is left alone: what it
	// lacks, such as a variable, may come without a new version of it.
	invalidTime = time.Minute
	// incompleteTime is how long a gateway goes on without what it could not get
	// when it was made, before it is made anew; then twice as long each time, up to
	// longestIncomplete, for it may be nowhere.
	incompleteTime    = 15 * time.Second
	longestIncomplete = 4 * time.Minute
)

// Load makes the gateway of the configuration that the marks name, which takes the
// place of another: its Parts.Version is that name, and its Parts.Before that one.
type Load func(ctx context.Context, marks people.Marks, before *App) (*App, error)

// Live is a gateway whose configuration may be replaced while it runs: the item
// that every process reads every few seconds names the one that all are to have.
// Each request is answered by one App from its beginning to its end, and an App
// that is not used any more leaves nothing behind: what must outlive it is in
// the store, or goes on in the next. A configuration that cannot be used leaves the one before in force.
type Live struct {
	load    Load
	family  Family
	current atomic.Pointer[generation]
	refused atomic.Pointer[refusal]
	replace sync.Mutex // who replaces it
}

// generation is a gateway between two replacements.
type generation struct {
	app     *App
	handler http.Handler
}

// refusal is a version that could not be used.
type refusal struct {
	version string
	until   time.Time
}

// Work is the family of a function that answers no route.
func Work() Family { return Family{function: "none"} }

// NewLive starts with a gateway, which answers a family's routes.
func NewLive(app *App, f Family, load Load) (*Live, error) {
	h, err := app.Handler(f)
	if err != nil {
		return nil, err
	}
	l := &Live{load: load, family: f}
	l.current.Store(&generation{app, h})
	return l, nil
}

// App is the gateway of the configuration that is in force.
func (l *Live) App(ctx context.Context) *App { return l.now(ctx).app }

// ServeHTTP implements http.Handler. What is in force is known before anything
// else is done, for a path may be one of the next configuration's.
func (l *Live) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	l.now(r.Context()).handler.ServeHTTP(w, r)
}

func (l *Live) now(ctx context.Context) *generation {
	g := l.current.Load()
	g.app.look(ctx)()
	if !g.app.outdated.Load() {
		return g
	}
	return l.next(context.WithoutCancel(ctx)) // others wait for it, too
}

// next makes the gateway of the version that the App heard of. One asks for it,
// and who comes meanwhile waits: nobody goes on with what was replaced.
func (l *Live) next(ctx context.Context) *generation {
	if l.left() {
		return l.current.Load()
	}
	l.replace.Lock()
	defer l.replace.Unlock()
	g := l.current.Load()
	if !g.app.outdated.Load() || l.left() { // somebody else was faster
		return g
	}
	ctx, cancel := context.WithTimeout(ctx, replaceTime)
	defer cancel()
	marks := *g.app.marks.Load()
	app, err := l.load(ctx, marks, g.app)
	var h http.Handler
	if err == nil {
		h, err = app.Handler(l.family)
	}
	if err != nil {
		l.keep(ctx, g.app, marks.Config, err)
		return g
	}
	l.refused.Store(nil)
	next := &generation{app, h}
	l.current.Store(next)
	app.edge.Log.InfoContext(ctx, "the configuration was replaced", "version", marks.Config)
	for _, w := range app.Warnings() {
		app.edge.Log.WarnContext(ctx, w)
	}
	return next
}

// Tend is App.Tend with the configuration that is in force.
func (l *Live) Tend(ctx context.Context, wrong func(error)) {
	tend(ctx, l.current.Load().app, l.App, wrong)
}

// left reports whether what could not be used is to be left alone still.
func (l *Live) left() bool {
	g, r := l.current.Load(), l.refused.Load()
	return r != nil && r.version == g.app.marks.Load().Config && g.app.edge.Now().Before(r.until)
}

// keep goes on with the configuration that there is.
func (l *Live) keep(ctx context.Context, app *App, version string, err error) {
	again := freshModels
	if errors.Is(err, config.ErrInvalid) {
		again = invalidTime
	}
	if r := l.refused.Load(); r == nil || r.version != version {
		app.edge.Log.ErrorContext(ctx, "the new configuration cannot be used: the one before stays in force", "version", version, "error", err.Error())
	}
	l.refused.Store(&refusal{version, app.edge.Now().Add(again)})
	fault := fmt.Sprintf("the configuration %s cannot be used, the one before is in force: the log says why", version)
	app.fault.Store(&fault)
}

// marked takes note of what the store says is to be in force.
func (a *App) marked(marks people.Marks) {
	a.marks.Store(&marks)
	same := a.pinned || marks.Config == a.version
	if same {
		a.fault.Store(nil)
	}
	a.outdated.Store(!same || a.lacking > 0 && a.edge.Now().Sub(a.started) > a.lacking)
}

// follow takes the place of a gateway, with what it remembers: which deployments
// rest, replies that are in no store, and who works off what was sent.
func (a *App) follow(before *App) {
	a.routing.Cooldowns = before.routing.Cooldowns
	if !a.shared {
		a.responses = before.responses
	}
	if a.inStore != nil && before.inStore != nil {
		a.inStore, a.queue = before.inStore, before.inStore
	}
	if a.lacking > 0 && before.lacking > 0 && a.version == before.version {
		a.lacking = min(2*before.lacking, longestIncomplete)
	}
}

// faults are what is wrong with the gateway as it runs, for everybody to see.
func (a *App) faults() []string {
	if f := a.fault.Load(); f != nil {
		return []string{*f}
	}
	return nil
}
