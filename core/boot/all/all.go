// Package all is boot with every provider linked: what the functions that call
// models start, and what runs on one machine.
package all

import (
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
	"github.com/tollgate-llm/tollgate/providers"
)

// Options say where a gateway's configuration comes from and how it runs. The
// zero Options is a gateway of the demo model alone.
type Options struct {
	ConfigPath      string // "": Model or, without it, what the environment is enough for
	Strict          bool   // unknown keys stop the start
	AllowUnenforced bool   // keys that protect something but are not enforced do not
	Model           config.Model
	Getenv          func(name string) (string, bool)
	Log             *slog.Logger
	Trace           io.Writer // each upstream call as a curl command, keys masked; nil: none
	MustGuard       bool
	GuardHint       string
}

// Problem is something wrong, or without effect, in a configuration file.
type Problem = config.Problem

// Open makes a gateway. The problems are those of the configuration file, in
// the file's order; when they stop the start, the error is config.ErrInvalid.
func Open(o Options) (*boot.App, []Problem, error) {
	if o.Getenv == nil {
		o.Getenv = func(string) (string, bool) { return "", false }
	}
	c, problems, err := load(o)
	if err != nil {
		return nil, problems, err
	}
	open, guarded := outbound.Client(), outbound.Guarded()
	if o.Trace != nil {
		open.Transport = traced{open.Transport, o.Trace}
		guarded.Transport = traced{guarded.Transport, o.Trace}
	}
	app, err := boot.New(boot.Parts{
		Config: c, Providers: providers.All(open, guarded, time.Now),
		Getenv: o.Getenv, Log: o.Log, MustGuard: o.MustGuard, GuardHint: o.GuardHint,
	})
	return app, problems, err
}

func load(o Options) (*config.Config, []config.Problem, error) {
	switch {
	case o.ConfigPath != "":
		return config.Load(o.ConfigPath, config.Options{Strict: o.Strict, AllowUnenforced: o.AllowUnenforced, Lookup: o.Getenv})
	case o.Model.Model != "":
		return single(o.Model), nil, nil
	default:
		return unconfigured(o.Getenv), nil, nil
	}
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

// Handler is the handler of one Lambda function, configured by its
// environment: CONFIG_FILE_PATH (a file in the package) and the variables that
// configuration names.
func Handler(function string) (http.Handler, error) {
	app, problems, err := Open(Options{
		ConfigPath: os.Getenv("CONFIG_FILE_PATH"), Getenv: os.LookupEnv,
		Log:       slog.New(slog.NewJSONHandler(os.Stdout, nil)),
		MustGuard: true, GuardHint: masterKeySecret,
	})
	if err != nil {
		return nil, explained(err, problems)
	}
	return app.Handler(function)
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
