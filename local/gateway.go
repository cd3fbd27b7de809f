package main

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/spf13/pflag"

	"github.com/tollgate-llm/tollgate/core/boot/all"
)

// ofModel are the flags that describe --model, and where the same is said in a
// configuration file.
var ofModel = [...]struct{ flag, key string }{
	{"alias", "model_name"},
	{"api_base", "litellm_params.api_base"},
	{"api_version", "litellm_params.api_version"},
	{"temperature", "litellm_params.temperature"},
	{"max_tokens", "litellm_params.max_tokens"},
	{"request_timeout", "litellm_settings.request_timeout"},
	{"drop_params", "litellm_settings.drop_params"},
}

// options turn flags into what the gateway is made from, and say which flags
// have no effect.
func (f *sourceFlags) options(given *pflag.FlagSet, env environment) (all.Options, []string, error) {
	o := all.Options{
		ConfigPath: f.config, Strict: f.strict, AllowUnenforced: f.allowUnenforced, Getenv: env.lookup,
	}
	if f.config != "" && f.model != "" {
		return o, nil, usagef("--model and --config exclude each other: the file lists its models in model_list")
	}
	var notes []string
	for _, of := range ofModel {
		switch {
		case !given.Changed(of.flag) || f.model != "":
		case f.config != "":
			return o, nil, usagef("--%s belongs in %s, as %s", of.flag, f.config, of.key)
		default:
			notes = append(notes, fmt.Sprintf("--%s describes --model: without it, it has no effect", of.flag))
		}
	}
	if f.model == "" {
		return o, notes, nil
	}
	m := &o.Model
	m.Model, m.Name, m.APIBase = f.model, f.alias, f.apiBase
	if f.apiVersion != "" {
		m.Settings = map[string]string{"api_version": f.apiVersion}
	}
	params := map[string]any{}
	if given.Changed("temperature") {
		params["temperature"] = f.temperature
	}
	if given.Changed("max_tokens") {
		params["max_tokens"] = f.maxTokens
	}
	if len(params) > 0 {
		text, err := json.Marshal(params)
		if err != nil { // --temperature NaN
			return o, nil, usagef("--temperature: %v", err)
		}
		m.Params = text
	}
	if f.requestTimeout <= 0 || f.requestTimeout > 24*3600 {
		return o, nil, usagef("--request_timeout: got %v seconds, want more than 0 and a day at most", f.requestTimeout)
	}
	m.Timeout = time.Duration(f.requestTimeout * float64(time.Second))
	if f.dropParams {
		m.DropParams = &f.dropParams
	}
	return o, notes, nil
}

// notes say which other flags have no effect.
func (f *serveFlags) notes(given *pflag.FlagSet) []string {
	var notes []string
	if given.Changed("num_workers") {
		notes = append(notes, "--num_workers has no effect: one process uses every processor")
	}
	if f.functionPrompt {
		notes = append(notes, "--add_function_to_prompt has no effect: tools are sent as tools, or refused")
	}
	if given.Changed("telemetry") {
		notes = append(notes, "--telemetry has no effect: nothing is ever sent")
	}
	if f.mode == "lambda" && (f.debug || f.detailedDebug) {
		notes = append(notes, "--debug has no effect with --mode=lambda: the functions write their own logs")
	}
	return notes
}
