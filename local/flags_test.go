package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"

	"github.com/tollgate-llm/tollgate/core/boot/all"
)

// TestDocumentedFlags parses each command line of LiteLLM's proxy document, and
// those of ours that are like them, as the command they stand for.
func TestDocumentedFlags(t *testing.T) {
	for _, line := range []string{
		"--host 127.0.0.1",
		"--port 8080",
		"-p 8080",
		"--num_workers 4",
		"--model huggingface/tinyllama --api_base https://k58ory32yinf1ly0.us-east-1.aws.endpoints.huggingface.cloud",
		"--model azure/gpt-deployment --api_version 2023-08-01 --api_base https://me.openai.azure.com",
		"--model gpt-3.5-turbo",
		"-m gpt-3.5-turbo",
		"--model huggingface/bigcode/starcoder",
		"--model bedrock/anthropic.claude-v2",
		"--test",
		"--alias my-gpt-model",
		"--debug",
		"--detailed_debug",
		"--model gpt-3.5-turbo --debug",
		"--temperature 0.7",
		"--max_tokens 50",
		"--request_timeout 300",
		"--drop_params",
		"--add_function_to_prompt",
		"--config path/to/config.yaml",
		"-c path/to/config.yaml",
		"--config config.yaml --debug",
		"--telemetry False",
		"--telemetry True",
		"--config c --strict --allow-unenforced --env-file e --log-format json --mode lambda --bootstraps d",
		"serve --config c --host 127.0.0.1 --port 1 --mode=lambda --bootstraps d",
	} {
		t.Run(line, func(t *testing.T) {
			cmd, args, err := (&program{}).root().Find(strings.Fields(line))
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.ParseFlags(args); err != nil {
				t.Fatalf("got %v, want no error", err)
			}
			if rest := cmd.Flags().Args(); len(rest) > 0 {
				t.Errorf("got arguments %q, want none", rest)
			}
			if serves := cmd.Name() == "tollgate" || cmd.Name() == "serve"; !serves {
				t.Errorf("got the command %s, want one that serves", cmd.Name())
			}
		})
	}
}

// TestModelFlags says what becomes of the flags that describe --model.
func TestModelFlags(t *testing.T) {
	var o all.Options
	f, given := parsed(t, "--model azure/d --alias a --api_base https://x --api_version v --temperature 0.5 --max_tokens 9 --request_timeout 1.5 --drop_params")
	notes, err := f.apply(&o, given)
	if err != nil || notes != nil {
		t.Fatalf("got %q, %v, want neither", notes, err)
	}
	m := o.Model
	if m.Model != "azure/d" || m.Name != "a" || m.APIBase != "https://x" || m.Settings["api_version"] != "v" ||
		m.Timeout != 1500*time.Millisecond || m.DropParams == nil || !*m.DropParams {
		t.Errorf("got %+v", m)
	}
	if got, want := string(m.Params), `{"max_tokens":9,"temperature":0.5}`; got != want {
		t.Errorf("params: got %s, want %s", got, want)
	}

	f, given = parsed(t, "--model demo --temperature 0")
	if _, err := f.apply(&o, given); err != nil || string(o.Model.Params) != `{"temperature":0}` {
		t.Errorf("a zero that was given: got %s, %v, want it sent", o.Model.Params, err)
	}
}

// TestUsage says which command lines are refused, with what words.
func TestUsage(t *testing.T) {
	for _, tc := range []struct{ line, want string }{
		{"--model m --config c", "--model and --config exclude each other"},
		{"--config c --api_base b", "--api_base belongs in c, as litellm_params.api_base"},
		{"--config c --alias b", "--alias belongs in c, as model_name"},
		{"--config c --temperature 1", "--temperature belongs in c, as litellm_params.temperature"},
		{"--config c --request_timeout 1", "--request_timeout belongs in c, as litellm_settings.request_timeout"},
		{"--config c --drop_params", "--drop_params belongs in c, as litellm_settings.drop_params"},
		{"--model m --request_timeout 0", "--request_timeout: got 0 seconds"},
		{"--model m --request_timeout NaN", "--request_timeout: got NaN seconds"},
		{"--model m --temperature NaN", "--temperature is not a number"},
		{"--mode cloud", `--mode is "cloud", want process or lambda`},
		{"--mode lambda --model demo", "--model does not exist in --mode=lambda"},
		{"--log-format xml", `--log-format is "xml"`},
		{"--port 70000", "port 70000 does not exist"},
		{"--port x", "invalid argument"},
		{"--prot 1", "unknown flag: --prot"},
		{"validatr", "did you mean validate?"},
		{"serve now", `serve takes no argument "now"`},
		{"validate a b", `validate takes no argument "b"`},
		{"test --url ::", "--url: "},
	} {
		t.Run(tc.line, func(t *testing.T) {
			code, out, said := tollgate(t, nil, strings.Fields(tc.line)...)
			if code != 2 || out != "" || !strings.Contains(said, tc.want) {
				t.Errorf("got exit code %d, %q, want 2, %q", code, said, tc.want)
			}
		})
	}
}

// TestNotes says which flags have no effect, each once.
func TestNotes(t *testing.T) {
	for _, tc := range []struct {
		line string
		want []string
	}{
		{"--port 1 --drop_params --model m", nil},
		{"--num_workers 4", []string{"--num_workers has no effect: one process uses every processor"}},
		{"--telemetry False", []string{"--telemetry has no effect: nothing is ever sent"}},
		{"--add_function_to_prompt", nil},
		{"--alias a --api_base b", []string{
			"--alias describes --model: without it, it has no effect", "--api_base describes --model: without it, it has no effect",
		}},
		{"--config c --mode=lambda --debug", []string{"--debug has no effect with --mode=lambda: the functions write their own logs"}},
	} {
		t.Run(tc.line, func(t *testing.T) {
			f, given := parsed(t, tc.line)
			unused, err := f.apply(&all.Options{ConfigPath: f.config}, given)
			if err != nil {
				t.Fatal(err)
			}
			if got := append(f.notes(given), unused...); !slices.Equal(got, tc.want) {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

// parsed is serve's flags after a command line.
func parsed(t *testing.T, line string) (*serveFlags, *pflag.FlagSet) {
	t.Helper()
	var f serveFlags
	s := pflag.NewFlagSet("", pflag.ContinueOnError)
	f.register(s)
	if err := s.Parse(strings.Fields(line)); err != nil {
		t.Fatal(err)
	}
	return &f, s
}
