package main

import "github.com/spf13/pflag"

// fileFlags say where a configuration comes from.
type fileFlags struct {
	config          string
	envFile         string
	strict          bool
	allowUnenforced bool
}

func (f *fileFlags) register(s *pflag.FlagSet) {
	s.StringVarP(&f.config, "config", "c", "", "configuration `file` (LiteLLM's config.yaml)")
	s.StringVar(&f.envFile, "env-file", "", "`file` of variables to load; without it .env, if there is one (never overrides what is set)")
	s.BoolVar(&f.strict, "strict", false, "refuse a configuration with unknown keys")
	s.BoolVar(&f.allowUnenforced, "allow-unenforced", false, "start although the configuration asks for a protection that is not enforced yet")
}

// addressFlags say where the gateway listens.
type addressFlags struct {
	host string
	port int
}

const defaultPort = 8000

func (f *addressFlags) register(s *pflag.FlagSet) {
	s.StringVar(&f.host, "host", "", "`address` to listen on; HOST if not given, else 0.0.0.0 with a master key and 127.0.0.1 without")
	s.IntVarP(&f.port, "port", "p", defaultPort, "port to listen on; PORT if not given")
}

// modelFlags describe the one model of a gateway without a configuration.
type modelFlags struct {
	model          string
	alias          string
	apiBase        string
	apiVersion     string
	temperature    float64
	maxTokens      int64
	requestTimeout float64 // seconds
	dropParams     bool
}

func (f *modelFlags) register(s *pflag.FlagSet) {
	s.StringVarP(&f.model, "model", "m", "", "the one `model` to serve, under every name: provider/model")
	s.StringVar(&f.alias, "alias", "", "the `name` to list --model under")
	s.StringVar(&f.apiBase, "api_base", "", "`URL` of the API that serves --model")
	s.StringVar(&f.apiVersion, "api_version", "", "`version` of that API, for Azure")
	s.Float64Var(&f.temperature, "temperature", 0, "temperature of --model when a request names none")
	s.Int64Var(&f.maxTokens, "max_tokens", 0, "max_tokens of --model when a request names none")
	s.Float64Var(&f.requestTimeout, "request_timeout", 600, "`seconds` that a call of --model may take")
	s.BoolVar(&f.dropParams, "drop_params", false, "drop parameters that --model does not take instead of refusing the request")
}

// serveFlags are the flags of serve, in the words of LiteLLM's document.
type serveFlags struct {
	addressFlags
	fileFlags
	modelFlags

	test       bool
	debug      bool
	logFormat  string
	data       string
	mode       string
	bootstraps string

	// What LiteLLM's command line has and nothing here needs.
	numWorkers     int
	functionPrompt bool
	telemetry      string
}

func (f *serveFlags) register(s *pflag.FlagSet) {
	s.SortFlags = false
	f.addressFlags.register(s)
	f.fileFlags.register(s)
	f.modelFlags.register(s)
	s.BoolVar(&f.test, "test", false, "send a chat completion to the gateway that is running, instead of starting one")
	s.BoolVar(&f.debug, "debug", false, "print each call to a provider as a curl command, keys masked")
	s.BoolVar(&f.debug, "detailed_debug", false, "the same as --debug")
	s.StringVar(&f.logFormat, "log-format", "auto", "auto, text or json; auto is text on a terminal")
	s.StringVar(&f.data, "data", "", "`file` of keys, spend and responses, or dynamodb:TABLE, or memory; TOLLGATE_DATA if not given, else tollgate/tollgate.db in the user's data folder")
	s.StringVar(&f.mode, "mode", "process", "process, or lambda: run the compiled Lambda functions under an emulator")
	s.StringVar(&f.bootstraps, "bootstraps", "build/local", "`folder` of the functions for --mode=lambda: <folder>/<function>/bootstrap")
	s.IntVar(&f.numWorkers, "num_workers", 1, "taken, without effect: one process uses every processor")
	s.BoolVar(&f.functionPrompt, "add_function_to_prompt", false, "write tools into the prompt of models that take only text")
	s.StringVar(&f.telemetry, "telemetry", "False", "taken, without effect: nothing is ever sent")
}

// notes say which of the given flags have no effect.
func (f *serveFlags) notes(given *pflag.FlagSet) []string {
	var notes []string
	if given.Changed("num_workers") {
		notes = append(notes, "--num_workers has no effect: one process uses every processor")
	}
	if given.Changed("telemetry") {
		notes = append(notes, "--telemetry has no effect: nothing is ever sent")
	}
	if f.mode == "lambda" && f.debug {
		notes = append(notes, "--debug has no effect with --mode=lambda: the functions write their own logs")
	}
	if f.mode == "lambda" && f.data != "" {
		notes = append(notes, "--data has no effect with --mode=lambda: the functions use the DynamoDB table that TABLE_NAME names")
	}
	return notes
}
