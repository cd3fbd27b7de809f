// Package boot puts the rooms together: it turns a configuration into
// deployments, the deployments into the line every call takes, and the line
// into HTTP handlers. It links no provider; boot/all adds them.
package boot

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tollgate-llm/tollgate/core/api/calls"
	"github.com/tollgate-llm/tollgate/core/api/responses"
	"github.com/tollgate-llm/tollgate/core/api/utils"
	"github.com/tollgate-llm/tollgate/core/attempt"
	"github.com/tollgate-llm/tollgate/core/auth"
	"github.com/tollgate-llm/tollgate/core/batch"
	"github.com/tollgate-llm/tollgate/core/config"
	"github.com/tollgate-llm/tollgate/core/cooldown"
	"github.com/tollgate-llm/tollgate/core/gateway"
	"github.com/tollgate-llm/tollgate/core/ledger"
	"github.com/tollgate-llm/tollgate/core/limit"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/outbound"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/router"
	"github.com/tollgate-llm/tollgate/core/secret"
	"github.com/tollgate-llm/tollgate/core/web"
	"github.com/tollgate-llm/tollgate/store/memory"
)

// Providers are the model vendors a gateway may call.
type Providers interface {
	// Lookup finds a vendor by name.
	Lookup(name string) (llm.Speaker, bool)
	// Infer tells the vendor, and the vendor's own name, of a model as
	// configurations write it; custom is custom_llm_provider and base is
	// api_base. The error is an *llm.Error that says what to write instead.
	Infer(model, custom, base string) (provider, name string, err error)
	// Names lists the vendors.
	Names() []string
}

// Adapter lets callers speak a format of their own; see calls.Adapter.
type Adapter = calls.Adapter

// Parts are what a gateway is made of. Config and Providers are required.
type Parts struct {
	Config    *config.Config
	Providers Providers

	Docs      http.Handler                     // answers /docs and what is below it; nil: they are not there
	Getenv    func(name string) (string, bool) // nil: no environment
	Log       *slog.Logger                     // nil: nothing is logged
	Now       func() time.Time                 // nil: time.Now
	MustGuard bool                             // without a master key nobody is let in
	GuardHint string                           // where the master key belongs
	Adapters  map[string]Adapter               // callers' own formats, by name
	Vaults    map[string]*secret.Cache         // where secrets are kept, by the scheme of references to them; nil: nowhere else
	Identity  *http.Client                     // asks the operator's identity provider; nil: outbound.Client
	Store     people.Store                     // where keys, money and state are kept; nil: in memory, until the process ends
	Version   string                           // of the configuration, as the Store names it; "": it has none
	Queue     batch.Queue                      // brings lines of batches to whoever calls Work; nil: in Store, for Tend
	NoBatches string                           // why nothing is done later; "": it is

	// Pinned says that the configuration is not the Store's to name.
	Pinned bool
	// Incomplete says that something of the configuration could not be had, which
	// a Live gateway then tries again.
	Incomplete bool
	// Before is whose place the gateway takes, with what that one remembers and
	// has in no Store of its own; nil: nobody's.
	Before *App
}

// App is a gateway that is ready.
type App struct {
	config  *config.Config
	gateway *gateway.Gateway
	current atomic.Pointer[models]
	looked  atomic.Int64  // when the models were looked up, in nanoseconds since 1970
	looking sync.Mutex    // who looks them up
	routing router.Config // of all models

	marks    atomic.Pointer[people.Marks] // as they were when they were looked up
	outdated atomic.Bool                  // they name another version
	fault    atomic.Pointer[string]       // why that one is not in force; nil: nothing is wrong

	try     llm.Provider
	edge    *web.Edge
	auth    *auth.Auth
	started time.Time
	version string        // of the configuration
	pinned  bool          // whatever version the store names
	lacking time.Duration // how long to go on before the configuration is read again, because something was missing; 0: for good
	foreign bool          // callers may bring their own address and key
	docs    http.Handler

	responses responses.Store
	providers Providers
	secrets   secret.Source
	passages  []config.PassThrough
	adapters  map[string]Adapter
	store     people.Store
	shared    bool        // with other processes, or with those to come
	queue     batch.Queue // of lines of batches
	inStore   *waking     // that it is; nil: it is another
	noBatches string      // why there is none
	people    *people.Directory
	authority *people.Authority
	door      *door // for those whom an identity provider vouches for; nil: for nobody
	ledger    *ledger.Ledger
	limiter   *limit.Limiter
	meter     *meter
	names     *names
	alerts    *alerts
	count     *utils.Count
	gate      gate
}

// Version is the gateway's own.
const Version = "0.1.0"

// defaultTimeout bounds a try when nothing else does (LiteLLM's
// request_timeout of 6000 s is of no use behind a 15-minute function).
const defaultTimeout = 600 * time.Second

// defaultMaxBody is the largest request: 64 MiB holds OpenAI's 50 MB of images.
const defaultMaxBody = 64 << 20

// keptResponses is how many bytes of responses are kept for those who come back
// to them, when there is no store.
const keptResponses = 64 << 20

// keptRows is how long the spend log has a row, when there is no store and the
// configuration does not say.
const keptRows = time.Hour

// New makes a gateway. Deployments whose provider does not exist stay in: a
// call to one says so, and Warnings does.
func New(p Parts) (*App, error) {
	if p.Now == nil {
		p.Now = time.Now
	}
	if p.Log == nil {
		p.Log = slog.New(slog.DiscardHandler)
	}
	c := p.Config
	secrets := secret.Source{Getenv: p.Getenv, Map: c.Env, Vaults: p.Vaults}
	shared := p.Store != nil // with other processes, or with those to come
	if !shared {
		p.Store = memory.New(p.Now)
		if p.Before != nil {
			p.Store = p.Before.store
		}
	}
	a := &App{
		config:  c,
		edge:    &web.Edge{Log: p.Log, Now: p.Now, NewID: func() string { return ledger.NewID(p.Now()) }, MaxBody: orElse(c.MaxRequestBytes, defaultMaxBody), Version: Version},
		started: p.Now(), version: p.Version, pinned: p.Pinned, foreign: c.AllowClientCredentials, docs: p.Docs,
		responses: &responses.Memory{Limit: keptResponses}, store: p.Store, providers: p.Providers, secrets: secrets, passages: c.PassThrough,
		adapters: p.Adapters, shared: shared, queue: p.Queue, noBatches: p.NoBatches,
	}
	if a.queue == nil && a.noBatches == "" {
		a.inStore = &waking{StoredQueue(p.Store, p.Now), make(chan struct{}, 1)}
		a.queue = a.inStore
	}
	if p.Incomplete {
		a.lacking = incompleteTime
	}
	a.marks.Store(&people.Marks{Config: p.Version})
	a.count = counting(func(name string) (*llm.Deployment, error) { return a.now().groups.First(name) })
	if shared {
		a.responses = &responses.Kept{Store: p.Store, Now: p.Now}
	}
	var err error
	if a.gate, err = newGate(c.Access); err != nil {
		return nil, err
	}
	if err := a.keep(p.Store, p.Now); err != nil {
		return nil, err
	}
	if a.ledger.Keep = c.Access.KeepRows; !shared {
		a.ledger.Keep = orElse(c.Access.KeepRows, keptRows)
	}
	a.auth = &auth.Auth{
		MasterKey: func(ctx context.Context) (string, error) { return masterKey(ctx, c, secrets) },
		Required:  p.MustGuard, Hint: p.GuardHint, Virtual: a.virtual, Header: c.Access.KeyHeader,
	}
	if c.JWT != nil {
		a.door = a.newDoor(c.JWT, p.Identity, p.Now)
		a.auth.Foreign = a.door.caller
	}
	a.alerts = newAlerts(c.Alerting, secrets, outbound.Client(), p.Store, p.Now, p.Log)
	a.names = newNames(c, secrets)
	a.meter = &meter{a.ledger, a.cost, a.count, p.Now, shared, a.above, a.names, a.alerts, c.Access.NoSpendLogs, c.ChargePrompt}
	a.try = &attempt.Attempt{
		Lookup:        func(name string) (llm.Provider, bool) { return p.Providers.Lookup(name) },
		Now:           p.Now,
		Timeout:       orElse(c.Routing.Timeout, defaultTimeout),
		StreamTimeout: c.Routing.StreamTimeout,
		Know:          func(d *llm.Deployment) llm.Model { return a.now().prices.know(d) },
		Price:         a.cost,
		Bridges:       bridges(),
		Meter:         &limited{a.meter, a.limiter},
	}
	a.routing = routing(c.Routing)
	a.routing.Now, a.routing.Random, a.routing.Sleep, a.routing.Cooldowns = p.Now, rand.Float64, sleep, &router.Cooldowns{}
	if shared {
		a.routing.Rests = &cooldown.Shared{Store: p.Store, Now: p.Now, Random: rand.Float64}
	}
	if p.Before != nil {
		a.follow(p.Before)
	}
	first, err := a.newModels(nil)
	if err != nil {
		return nil, err
	}
	a.current.Store(first)
	a.gateway = &gateway.Gateway{
		Identify: a.identify, Admit: a.admit, Next: sized{routed{a}, c.Access.MaxReplyBytes},
		Resolve: func(name string) (string, error) { return a.now().groups.Resolve(name) },
	}
	return a, nil
}

// Serve answers a call, as its HTTP route would.
func (a *App) Serve(ctx context.Context, call *llm.Call) (*llm.Reply, error) {
	a.look(ctx)()
	return a.gateway.Serve(ctx, call)
}

// Warnings says what in the configuration will not work.
func (a *App) Warnings() []string { return a.now().warnings }

// Models lists the names a caller may ask for.
func (a *App) Models() []string { return a.now().groups.Names() }

// Owner is the provider that serves a model first.
func (a *App) Owner(model string) (provider string, ok bool) { return a.now().groups.Owner(model) }

// Guarded reports whether a key or a token is asked for.
func (a *App) Guarded(ctx context.Context) bool {
	key, err := a.auth.MasterKey(ctx)
	return key != "" || err != nil || a.door != nil
}

// masterKey is the configuration's, else the environment's.
func masterKey(ctx context.Context, c *config.Config, s secret.Source) (string, error) {
	if c.MasterKey != "" {
		return s.Resolve(ctx, c.MasterKey)
	}
	return s.Env(ctx, "LITELLM_MASTER_KEY")
}

func orElse[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}

// sleep waits, or returns the context's error when that ends first.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
