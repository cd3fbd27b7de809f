package main

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/spf13/pflag"

	"github.com/tollgate-llm/tollgate/core/api/docs/swagger"
	"github.com/tollgate-llm/tollgate/core/boot/all"
)

// options are what a gateway is made from.
func (f *fileFlags) options(env environment) all.Options {
	return all.Options{
		ConfigPath: f.config, Strict: f.strict, AllowUnenforced: f.allowUnenforced, Getenv: env.lookup,
		Docs: swagger.Handler(),
	}
}

// ofModel are the flags that describe --model, and where a configuration file
// says the same.
var ofModel = [...]struct{ flag, key string }{
	{"alias", "model_name"},
	{"api_base", "litellm_params.api_base"},
	{"api_version", "litellm_params.api_version"},
	{"temperature", "litellm_params.temperature"},
	{"max_tokens", "litellm_params.max_tokens"},
	{"request_timeout", "litellm_settings.request_timeout"},
	{"drop_params", "litellm_settings.drop_params"},
}

// apply makes a gateway one of --model, and says which flags have no effect.
func (f *modelFlags) apply(o *all.Options, given *pflag.FlagSet) (notes []string, err error) {
	if f.model != "" && o.ConfigPath != "" {
		return nil, usagef("--model and --config exclude each other: the file lists its models in model_list")
	}
	for _, of := range ofModel {
		switch {
		case !given.Changed(of.flag) || f.model != "":
		case o.ConfigPath != "":
			return nil, usagef("--%s belongs in %s, as %s", of.flag, o.ConfigPath, of.key)
		default:
			notes = append(notes, fmt.Sprintf("--%s describes --model: without it, it has no effect", of.flag))
		}
	}
	if f.model == "" {
		return notes, nil
	}
	if inRange := f.requestTimeout > 0 && f.requestTimeout <= 24*3600; !inRange { // nor is NaN
		return nil, usagef("--request_timeout: got %v seconds, want more than 0 and a day at most", f.requestTimeout)
	}
	m := &o.Model
	m.Model, m.Name, m.APIBase = f.model, f.alias, f.apiBase
	m.Timeout = time.Duration(f.requestTimeout * float64(time.Second))
	if f.apiVersion != "" {
		m.Settings = map[string]string{"api_version": f.apiVersion}
	}
	if f.dropParams {
		m.DropParams = &f.dropParams
	}
	m.Params, err = f.params(given)
	return notes, err
}

// params are the defaults of a request, as the provider gets them.
func (f *modelFlags) params(given *pflag.FlagSet) (json.RawMessage, error) {
	params := map[string]any{}
	if given.Changed("temperature") {
		params["temperature"] = f.temperature
	}
	if given.Changed("max_tokens") {
		params["max_tokens"] = f.maxTokens
	}
	if len(params) == 0 {
		return nil, nil
	}
	text, err := json.Marshal(params)
	if err != nil {
		return nil, usagef("--temperature is not a number") // such as NaN
	}
	return text, nil
}
