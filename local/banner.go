package main

import (
	"fmt"
	"strings"

	"github.com/tollgate-llm/tollgate/core/boot"
)

// banner is what somebody who started the gateway wants to know. Every URL in
// it answers.
type banner struct {
	URL        string
	Everywhere bool // other machines may reach it
	Models     []string
	Config     string // file; "": none
	EnvFile    string // file; "": none
	Data       string // where keys, spend and responses are kept
	Guarded    bool   // there is a master key
	Mode       string
}

// shownModels is how many models are named; GET /v1/models names all.
const shownModels = 5

func (s *speaker) banner(b banner) {
	if s.json {
		s.log.Info("Proxy running on "+b.URL, "version", boot.Version, "url", b.URL, "models", len(b.Models),
			"config", b.Config, "env_file", b.EnvFile, "data", b.Data, "master_key", b.Guarded, "mode", b.Mode)
		return
	}
	fmt.Fprint(s.to, s.text(b))
}

func (s *speaker) text(b banner) string {
	var t strings.Builder
	row := func(label, format string, args ...any) {
		fmt.Fprintf(&t, "  %s %s\n", s.in(dim, fmt.Sprintf("%-11s", label)), fmt.Sprintf(format, args...))
	}
	t.WriteString("\n" + s.in(bold, "Tollgate "+boot.Version) + "\n\n")
	row("URL", "%s", b.where())
	row("Models", "%s", summary(b.Models))
	if b.Config != "" {
		row("Config", "%s", b.Config)
	}
	if b.EnvFile != "" {
		row("Variables", "%s", b.EnvFile)
	}
	row("Data", "%s", b.Data)
	row("Master key", "%s", b.access())
	if b.Mode == "lambda" {
		row("Mode", "lambda: the compiled functions, under an emulator")
	}
	t.WriteString("\n" + b.curl() + "\n\n" + s.in(green, "INFO:") + " Proxy running on " + b.URL + "\n")
	return t.String()
}

// summary is how many models there are, and the names of the first.
func summary(models []string) string {
	if len(models) == 0 {
		return "none"
	}
	shown := strings.Join(models[:min(len(models), shownModels)], ", ")
	if len(models) > shownModels {
		shown += ", ..."
	}
	return fmt.Sprintf("%d: %s", len(models), shown)
}

func (b banner) where() string {
	if b.Everywhere && strings.HasPrefix(b.URL, "http://127.0.0.1:") {
		return b.URL + " and every other address of this machine"
	}
	return b.URL
}

func (b banner) access() string {
	switch {
	case b.Guarded:
		return "required"
	case b.Mode == "lambda":
		return "none: as on AWS, only the health routes answer"
	case b.Everywhere:
		return "none: OPEN TO EVERYONE who reaches this machine"
	}
	return "none: open to this machine only"
}

// curl is a call to paste into a shell.
func (b banner) curl() string {
	lines := []string{
		"  curl " + b.URL + "/v1/chat/completions",
		"    -H 'Content-Type: application/json'",
	}
	if b.Guarded {
		lines = append(lines, `    -H "Authorization: Bearer $LITELLM_MASTER_KEY"`)
	}
	lines = append(lines, fmt.Sprintf("    -d '%s'", strings.ReplaceAll(
		string(question(example(b.Models), "Hello!", false)), "'", `'\''`,
	)))
	return strings.Join(lines, " \\\n")
}

// example is a model to try: the first that is no pattern.
func example(models []string) string {
	for _, m := range models {
		if !strings.Contains(m, "*") {
			return m
		}
	}
	if len(models) == 0 {
		return "MODEL"
	}
	return strings.Replace(models[0], "*", "MODEL", 1)
}
