// Package all is boot with every provider linked: what the functions that call
// models start, and what runs on one machine.
package all

import (
	"io"
	"log/slog"
	"net/http"

	"github.com/tollgate-llm/tollgate/core/config"
	"github.com/tollgate-llm/tollgate/providers"
)

// Options say where a gateway's configuration comes from and how it runs. The
// zero Options is a gateway of the demo model alone.
type Options struct {
	ConfigPath      string                                   // "": Model or, without it, what LITELLM_CONFIG_BUCKET_NAME names or the environment is enough for
	Open            func(name string) (io.ReadCloser, error) // opens it, and the files that it includes; nil: os.Open
	Strict          bool                                     // unknown keys stop the start
	AllowUnenforced bool                                     // keys that protect something but are not enforced do not
	ToolPrompt      bool                                     // tools go into the prompt of models that take only text, whatever the file says
	Model           config.Model
	Getenv          func(name string) (string, bool)
	Log             *slog.Logger
	Trace           io.Writer         // each upstream call as a curl command, keys masked; nil: none
	Transport       http.RoundTripper // takes all upstream calls; nil: the gateway's own, guarded where a caller chose the address
	Store           Store             // keeps what outlives a request; nil: this process forgets it with its end
	Docs            http.Handler      // answers /docs and what is below it; nil: they are not there
	MustGuard       bool
	GuardHint       string
	QueueURL        string // of lines of batches; "": they are in Store, for Live's Tend
	NoBatches       string // why there are no batches that nobody waits for; "": there are
}

// Problem is something wrong, or without effect, in a configuration file.
type Problem = config.Problem

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
