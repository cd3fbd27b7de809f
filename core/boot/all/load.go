package all

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/tollgate-llm/tollgate/core/boot"
	"github.com/tollgate-llm/tollgate/core/cloud"
	"github.com/tollgate-llm/tollgate/core/config"
	"github.com/tollgate-llm/tollgate/core/outbound"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/secret"
	"github.com/tollgate-llm/tollgate/providers"
)

// loadTime is how long it may take to get a configuration and what it needs from
// a cloud. Lambda gives an environment ten seconds to start.
const loadTime = 7 * time.Second

// Setup is a configuration that was read, before anything is made from it.
type Setup struct {
	options Options
	config  *config.Config
	shared  *shared
	hosted  hosted
	marks   people.Marks // that name the configuration
}

// shared is what the gateways of a process have in common, of which there is a
// new one when the configuration is replaced.
type shared struct {
	account *cloud.Account
	vaults  map[string]*secret.Cache
	vendors boot.Providers // nil: not made yet
	had     bool           // a configuration that was in a bucket
}

// vendors makes the providers that a gateway has. It is a func of the caller's,
// so that a program is linked with those that it may ask.
type vendors func(open, guarded *http.Client, now func() time.Time) *providers.Set

// Load reads what o names: a file, else an object in a bucket that the
// environment names. The problems are those of the configuration, in its order;
// when they stop the start, the error wraps config.ErrInvalid, and the Setup, of
// what could be read, is only good for being explained.
func Load(o Options) (*Setup, []Problem, error) {
	if o.Getenv == nil {
		o.Getenv = func(string) (string, bool) { return "", false }
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	a := &cloud.Account{Now: time.Now}
	return load(context.Background(), o, &shared{account: a, vaults: vaults(a, o.Getenv, o.Log)}, nil)
}

// load is Load. Marks nil: what the store says now, if there is one.
func load(ctx context.Context, o Options, with *shared, marks *people.Marks) (*Setup, []Problem, error) {
	s := &Setup{options: o, shared: with}
	if marks != nil {
		s.marks = *marks
	}
	ctx, cancel := context.WithTimeout(ctx, loadTime)
	defer cancel()
	found, err := s.fetch(ctx, marks == nil)
	if err != nil {
		return nil, nil, err
	}
	var problems []Problem
	switch {
	case o.ConfigPath != "":
		s.config, problems, err = config.Load(o.ConfigPath, s.reading(ctx, o.Open))
	case o.Model.Model != "":
		s.config = single(o.Model)
	case found != nil && found.first != nil:
		s.config, problems, err = config.Load(found.path(), s.reading(ctx, found.Open))
		with.had = with.had || err == nil
	default:
		if s.config = unconfigured(s.getenv); found != nil {
			problems = append(problems, Problem{File: found.where(), Severity: config.Warning, Message: "there is no configuration yet, so there is the demo, and every provider whose key is set: tollgate config push FILE puts one there"})
		}
	}
	if s.hosted.err != nil {
		problems = append(problems, Problem{File: "variables", Severity: config.Warning, Message: s.hosted.err.Error() + ": what was not read before is as good as not set"})
	}
	if s.config == nil { // the file cannot be read
		return nil, problems, err
	}
	s.config.ToolPrompt = s.config.ToolPrompt || o.ToolPrompt
	return s, problems, err
}

// reading says how a configuration is read.
func (s *Setup) reading(ctx context.Context, open func(name string) (io.ReadCloser, error)) config.Options {
	return config.Options{
		Strict: s.options.Strict, AllowUnenforced: s.options.AllowUnenforced, Lookup: s.value, Check: secret.Source{Vaults: s.shared.vaults}.Check,
		Open:   open,
		Hosted: func(k config.Keys, named []string) map[string]string { return s.manage(ctx, k, named) },
	}
}

// fetch gets side by side what is kept in a cloud: the configuration, nil if it
// is not there, and the secret that has variables in it.
func (s *Setup) fetch(ctx context.Context, first bool) (found *files, err error) {
	var at *bucket
	if s.options.ConfigPath == "" && s.options.Model.Model == "" {
		if at, err = s.bucketOf(); err != nil {
			return nil, err
		}
	}
	var both sync.WaitGroup
	if name := s.process("PRIMARY_SECRET_NAME"); name != "" {
		both.Go(func() { s.hosted = s.primary(ctx, "secretsmanager", name) })
	}
	switch {
	case at == nil:
	case first:
		found, err = s.latest(ctx, at)
	default:
		if found, err = at.filesOf(ctx, s.marks.Source); err == nil {
			err = found.fetch()
		}
		if s.marks.Source == "" && absent(err) && !s.shared.had { // what is in force may allow less than the demo
			err = nil
		}
	}
	both.Wait()
	if err != nil {
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	return found, nil
}

// latest is the configuration that a process starts with: what the store names,
// or else what is in the bucket. Mostly these are the same, so both are asked for
// at once.
func (s *Setup) latest(ctx context.Context, at *bucket) (*files, error) {
	var fault error
	var both sync.WaitGroup
	if s.options.Store != nil {
		both.Go(func() { s.marks, fault = people.ReadMarks(ctx, s.options.Store) })
	}
	plain := &files{bucket: at, ctx: ctx}
	err := plain.fetch()
	both.Wait()
	if fault != nil { // an older configuration may have allowed more
		return nil, fault
	}
	named, fault := at.filesOf(ctx, s.marks.Source)
	switch {
	case fault != nil:
		return nil, fault
	case s.marks.Source == "" && absent(err):
		return plain, nil
	case s.marks.Source == "":
		return plain, err
	case err == nil && named.is(plain.first):
		named.first = plain.first
		return named, nil
	}
	return named, named.fetch()
}

// Open makes the gateway.
func (s *Setup) Open() (*boot.App, error) { return s.open(providers.All, nil) }

// open makes it in the place of another; nil: of none.
func (s *Setup) open(vendors vendors, before *boot.App) (*boot.App, error) {
	o := s.options
	if s.shared.vendors == nil {
		open, guarded := outbound.Client(), outbound.Guarded()
		for _, client := range []*http.Client{open, guarded} {
			if o.Transport != nil {
				client.Transport = o.Transport
			}
			if o.Trace != nil {
				client.Transport = traced{client.Transport, o.Trace}
			}
		}
		s.shared.vendors = vendors(open, guarded, time.Now)
	}
	lines, err := openQueue(o.QueueURL, s.shared.account, o.Store)
	if err != nil {
		return nil, err
	}
	parts := boot.Parts{
		Config: s.config, Providers: s.shared.vendors, Docs: o.Docs, Store: o.Store, Vaults: s.shared.vaults,
		Getenv: s.getenv, Log: o.Log, MustGuard: o.MustGuard, GuardHint: o.GuardHint, Version: s.marks.Config, Incomplete: s.hosted.err != nil, Pinned: s.pinned(), NoBatches: o.NoBatches, Before: before,
	}
	if lines != nil {
		parts.Queue = lines
	}
	return boot.New(parts)
}

// pinned reports whether nothing that a store names is read: a file on one machine
// is read once.
func (s *Setup) pinned() bool {
	inBucket := s.options.ConfigPath == "" && s.options.Model.Model == "" && s.process("LITELLM_CONFIG_BUCKET_NAME") != ""
	return !inBucket && s.process("PRIMARY_SECRET_NAME") == ""
}

// Live is the gateway with the configuration that its store names, whenever that
// changes.
func (s *Setup) Live(app *boot.App, f boot.Family) (*boot.Live, error) {
	return boot.NewLive(app, f, func(ctx context.Context, marks people.Marks, before *boot.App) (*boot.App, error) {
		next, problems, err := load(ctx, s.options, s.shared, &marks)
		if err != nil {
			return nil, explained(err, problems)
		}
		next.warn(problems)
		return next.open(nil, before)
	})
}

// warn writes into the log what is wrong in a configuration.
func (s *Setup) warn(problems []Problem) {
	for _, p := range problems {
		s.options.Log.Warn(p.Message, "file", p.File, "line", p.Line, "key", p.Key)
	}
}
