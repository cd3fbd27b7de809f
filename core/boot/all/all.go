// Package all is boot with every provider linked: what the functions that call
// models start, and what runs on one machine.
package all

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/boot"
	"github.com/tollgate-llm/tollgate/core/config"
	"github.com/tollgate-llm/tollgate/core/outbound"
	"github.com/tollgate-llm/tollgate/core/secret"
	"github.com/tollgate-llm/tollgate/providers"
)

// Options say where a gateway's configuration comes from and how it runs. The
// zero Options is a gateway of the demo model alone.
type Options struct {
	ConfigPath      string // "": Model or, without it, what the environment is enough for
	Strict          bool   // unknown keys stop the start
	AllowUnenforced bool   // keys that protect something but are not enforced do not
	ToolPrompt      bool   // tools go into the prompt of models that take only text, whatever the file says
	Model           config.Model
	Getenv          func(name string) (string, bool)
	Log             *slog.Logger
	Trace           io.Writer         // each upstream call as a curl command, keys masked; nil: none
	Transport       http.RoundTripper // takes all upstream calls; nil: the gateway's own, guarded where a caller chose the address
	Store           Store             // keeps what outlives a request; nil: this process forgets it with its end
	Docs            http.Handler      // answers /docs and what is below it; nil: they are not there
	MustGuard       bool
	GuardHint       string
}

// Problem is something wrong, or without effect, in a configuration file.
type Problem = config.Problem

// Setup is a configuration that was read, before anything is made from it.
type Setup struct {
	options Options
	config  *config.Config
	vaults  map[string]*secret.Cache
}

// Load reads what o names. The problems are those of the configuration file,
// in the file's order; when they stop the start, the error wraps
// config.ErrInvalid, and the Setup, of what could be read, is only good for
// being explained.
func Load(o Options) (*Setup, []Problem, error) {
	if o.Getenv == nil {
		o.Getenv = func(string) (string, bool) { return "", false }
	}
	s := &Setup{options: o, vaults: vaults(o.Log)}
	var problems []Problem
	var err error
	switch {
	case o.ConfigPath != "":
		s.config, problems, err = config.Load(o.ConfigPath, config.Options{Strict: o.Strict, AllowUnenforced: o.AllowUnenforced, Lookup: o.Getenv, Check: secret.Source{Vaults: s.vaults}.Check})
	case o.Model.Model != "":
		s.config = single(o.Model)
	default:
		s.config = unconfigured(o.Getenv)
	}
	if s.config == nil { // the file cannot be read
		return nil, problems, err
	}
	s.config.ToolPrompt = s.config.ToolPrompt || o.ToolPrompt
	return s, problems, err
}

// vendors makes the providers that a gateway has. It is a func of the caller's,
// so that a program is linked with those that it may ask.
type vendors func(open, guarded *http.Client, now func() time.Time) *providers.Set

// Open makes the gateway.
func (s *Setup) Open() (*boot.App, error) { return s.open(providers.All) }

func (s *Setup) open(vendors vendors) (*boot.App, error) {
	o := s.options
	open, guarded := outbound.Client(), outbound.Guarded()
	for _, client := range []*http.Client{open, guarded} {
		if o.Transport != nil {
			client.Transport = o.Transport
		}
		if o.Trace != nil {
			client.Transport = traced{client.Transport, o.Trace}
		}
	}
	return boot.New(boot.Parts{
		Config: s.config, Providers: vendors(open, guarded, time.Now), Docs: o.Docs, Store: o.Store, Vaults: s.vaults,
		Getenv: o.Getenv, Log: o.Log, MustGuard: o.MustGuard, GuardHint: o.GuardHint,
	})
}

// single is the configuration of one model that answers to every name.
func single(m config.Model) *config.Config {
	if m.Name == "" {
		m.Name = m.Model
	}
	m.ID = m.Name
	every := m
	every.Name = "*"
	return &config.Config{Models: []config.Model{m, every}}
}

// unconfigured offers the demo, every provider whose key is set, and any model
// whose name tells its provider.
func unconfigured(getenv func(string) (string, bool)) *config.Config {
	models := []config.Model{{Name: providers.Demo, Model: providers.Demo + "/" + providers.Demo, ID: providers.Demo}}
	ready := providers.Ready(func(name string) string { v, _ := getenv(name); return v })
	for _, name := range ready {
		if name != providers.Demo {
			models = append(models, config.Model{Name: name + "/*", Model: name + "/*", ID: name})
		}
	}
	models = append(models, config.Model{Name: "*", Model: "*", ID: "any"})
	return &config.Config{Models: models}
}

// masterKeySecret says where a deployed stack keeps the master key.
const masterKeySecret = "LITELLM_MASTER_KEY is empty; template.yaml fills it from the stack's resource named Secret in Secrets Manager"

// deployed is the gateway of a Lambda function, as its environment says.
func deployed(docs http.Handler, vendors vendors) (*boot.App, error) {
	log := slog.New(slog.NewJSONHandler(os.Stdout, nil))
	kept, err := Table(context.Background(), os.Getenv("TABLE_NAME"))
	if err != nil {
		return nil, err
	}
	setup, problems, err := Load(Options{
		ConfigPath: os.Getenv("CONFIG_FILE_PATH"), Getenv: os.LookupEnv,
		Log: log, Store: kept, Docs: docs, MustGuard: true, GuardHint: masterKeySecret,
	})
	if err != nil {
		return nil, explained(err, problems)
	}
	app, err := setup.open(vendors)
	if err != nil {
		return nil, err
	}
	for _, p := range problems {
		log.Warn(p.Message, "file", p.File, "line", p.Line, "key", p.Key)
	}
	for _, w := range app.Warnings() {
		log.Warn(w)
	}
	return app, nil
}

// explained adds what is wrong with a configuration to the error that says
// that something is.
func explained(err error, problems []config.Problem) error {
	if !errors.Is(err, config.ErrInvalid) {
		return err
	}
	var b strings.Builder
	for _, p := range problems {
		if p.Severity == config.Error {
			b.WriteString("\n" + p.String())
		}
	}
	return fmt.Errorf("%w:%s", err, b.String())
}
