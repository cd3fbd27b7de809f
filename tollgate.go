// Package tollgate is the gateway as a library: one call in OpenAI's words,
// answered by whichever deployment of whichever provider the configuration
// names for the model, with its retries and fallbacks.
//
//	set := providers.All(outbound.Client(), outbound.Guarded(), time.Now)
//	gw, err := tollgate.New(ctx, tollgate.Config{File: "config.yaml", Providers: set})
//	...
//	defer gw.Close()
//	http.ListenAndServe("127.0.0.1:8000", gw.Handler())
//
// It links neither AWS nor a database. Which providers are linked is the
// program's choice: it hands them in.
package tollgate

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/tollgate-llm/tollgate/core/boot"
	"github.com/tollgate-llm/tollgate/core/config"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
)

// Providers are the model vendors a gateway may call; providers.All returns
// the ones that come with Tollgate.
type Providers = boot.Providers

// Adapter lets callers speak a format of their own, at
// /v1/adapters/{name}/completions. One that also is a calls.Streamer may be
// asked for streams.
type Adapter = boot.Adapter

// Config says what a gateway is made of. Providers and one of File and YAML
// are required.
type Config struct {
	File      string // path of a config.yaml
	YAML      []byte // or its text
	Providers Providers

	// Getenv looks up variables that the configuration and the providers
	// name. Nil means os.LookupEnv.
	Getenv func(name string) (string, bool)
	Log    *slog.Logger // a line per request; nil: none
	// AllowUnenforced starts although the configuration asks for a
	// protection that this version does not enforce.
	AllowUnenforced bool
	Adapters        map[string]Adapter // by name; nil: none
	// Store is where keys, money and responses are kept, together with every
	// other gateway that has the same one: a DynamoDB table (store/dynamo), a
	// file (store/embedded). Nil: in memory, until the process ends.
	Store Store
}

// Store keeps items that change under a condition.
type Store = people.Store

// Gateway answers calls. It is safe for concurrent use.
type Gateway struct {
	app     *boot.App
	handler http.Handler
}

// New reads the configuration and makes a gateway. When the configuration is
// at fault the error says where.
func New(_ context.Context, c Config) (*Gateway, error) {
	if c.Getenv == nil {
		c.Getenv = os.LookupEnv
	}
	o := config.Options{AllowUnenforced: c.AllowUnenforced, Lookup: c.Getenv}
	var parsed *config.Config
	var problems []config.Problem
	var err error
	if c.File != "" {
		parsed, problems, err = config.Load(c.File, o)
	} else {
		parsed, problems, err = config.Parse("config", c.YAML, o)
	}
	if err != nil {
		for _, p := range problems {
			if p.Severity == config.Error {
				err = fmt.Errorf("%w\n%s", err, p)
			}
		}
		return nil, err
	}
	if c.Providers == nil {
		return nil, errors.New("tollgate: Config.Providers is nil")
	}
	app, err := boot.New(boot.Parts{Config: parsed, Providers: c.Providers, Getenv: c.Getenv, Log: c.Log, Adapters: c.Adapters, Store: c.Store})
	if err != nil {
		return nil, err
	}
	h, err := app.Handler(boot.Everything())
	if err != nil {
		return nil, err
	}
	return &Gateway{app, h}, nil
}

// Do answers one call; errors are *llm.Error. The caller closes the reply. A
// call without Op, Format or Record is a chat in OpenAI's words.
func (g *Gateway) Do(ctx context.Context, call *llm.Call) (*llm.Reply, error) {
	c := *call
	if c.Op == 0 {
		c.Op = llm.Chat
	}
	if c.Format == 0 {
		c.Format = llm.OpenAI
	}
	if c.Record == nil {
		c.Record = &llm.Record{RequestID: boot.NewID(), Start: time.Now()}
	}
	return g.app.Serve(ctx, &c)
}

// Handler answers the gateway's HTTP routes.
func (g *Gateway) Handler() http.Handler { return g.handler }

// Tend does what is due every minute, and answers batches that nobody waits for,
// which otherwise wait for it. It returns after the context has ended, and tells
// wrong of errors, at any time. Gateways that share a Store may all do it.
func (g *Gateway) Tend(ctx context.Context, wrong func(error)) { g.app.Tend(ctx, wrong) }

// People administers keys, and the users, teams and budgets that they belong to.
func (g *Gateway) People() *people.Directory { return g.app.People() }

// Close releases what the gateway holds. Calls that are under way finish.
func (g *Gateway) Close() error { return nil }
