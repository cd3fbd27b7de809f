package main

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
)

func TestBanner(t *testing.T) {
	many := strings.Fields("a b c d e f g")
	for name, b := range map[string]banner{
		"open":        {URL: "http://127.0.0.1:8000", Models: []string{"demo"}, Data: "/home/me/tollgate.db", Mode: "process"},
		"guarded":     {URL: "http://127.0.0.1:80", Everywhere: true, Models: many, Config: "config.yaml", EnvFile: ".env", Guarded: true, Data: "/home/me/tollgate.db", Mode: "process"},
		"everyone":    {URL: "http://127.0.0.1:80", Everywhere: true, Models: []string{"openai/*", "*"}, Data: (*data)(nil).where(), Mode: "process"},
		"quoted":      {URL: "http://127.0.0.1:80", Models: []string{`it's <"a"> & b`}, Data: "tollgate.db", Mode: "process"},
		"lambda":      {URL: "http://127.0.0.1:80", Models: []string{"a"}, Config: "c.yaml", Guarded: true, Data: whereFunctions(environment{}), Mode: "lambda"},
		"lambda-open": {URL: "http://127.0.0.1:80", Models: nil, Config: "c.yaml", Data: whereFunctions(environment{vars: map[string]string{"TABLE_NAME": "gateway"}}), Mode: "lambda"},
	} {
		t.Run(name, func(t *testing.T) {
			s := &speaker{}
			golden(t, "banner/"+name+".txt", s.text(b))
		})
	}
}

func TestBannerColours(t *testing.T) {
	for _, tc := range []struct {
		name     string
		terminal bool
		environ  []string
		format   string
		want     bool
	}{
		{"terminal", true, nil, "auto", true},
		{"no colour", true, []string{"NO_COLOR=1"}, "auto", false},
		{"empty NO_COLOR", true, []string{"NO_COLOR="}, "auto", true},
		{"file", false, nil, "text", false},
		{"json", true, nil, "json", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var out bytes.Buffer
			p := &program{err: &out, terminal: tc.terminal, environ: tc.environ}
			env, err := newEnvironment(tc.environ, "")
			if err != nil {
				t.Fatal(err)
			}
			s, err := p.speaker(&serveFlags{logFormat: tc.format}, env)
			if err != nil {
				t.Fatal(err)
			}
			s.banner(banner{URL: "http://127.0.0.1:8000"})
			s.warn("w")
			s.note("n")
			s.log.Info("l")
			if got := strings.Contains(out.String(), "\x1b"); got != tc.want {
				t.Errorf("coloured: got %v, want %v:\n%s", got, tc.want, out.String())
			}
		})
	}
}

// TestJSONBanner holds that machines get one line, and logs at the level asked.
func TestJSONBanner(t *testing.T) {
	var out bytes.Buffer
	p := &program{err: &out}
	s, err := p.speaker(&serveFlags{logFormat: "auto"}, environment{})
	if err != nil {
		t.Fatal(err)
	}
	s.banner(banner{URL: "http://127.0.0.1:8000", Models: []string{"a", "b"}, Guarded: true, Mode: "process"})
	if got := out.String(); strings.Count(got, "\n") != 1 ||
		!strings.Contains(got, `"msg":"Proxy running on http://127.0.0.1:8000"`) || !strings.Contains(got, `"models":2`) {
		t.Errorf("got %q, want one line that says where it runs", got)
	}
	if s.log.Enabled(t.Context(), slog.LevelDebug) {
		t.Error("debug logs without --debug: got them, want none")
	}
	s, err = p.speaker(&serveFlags{logFormat: "text", debug: true}, environment{})
	if err != nil || !s.log.Enabled(t.Context(), slog.LevelDebug) {
		t.Errorf("debug logs with --debug: got none, %v, want them", err)
	}
}
