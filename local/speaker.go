package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/lmittmann/tint"

	"github.com/tollgate-llm/tollgate/core/boot/all"
)

// speaker tells people, or in JSON the machines that collect logs, what the
// gateway does.
type speaker struct {
	to     io.Writer
	log    *slog.Logger
	json   bool
	colour bool
}

// speaker shows text on a terminal, without colours when NO_COLOR is set
// (https://no-color.org), and JSON elsewhere, unless a flag decides.
func (p *program) speaker(f *serveFlags, env environment) (*speaker, error) {
	s := &speaker{to: p.err}
	switch f.logFormat {
	case "auto":
		s.json = !p.terminal
	case "json":
		s.json = true
	case "text":
	default:
		return nil, usagef("--log-format is %q, want auto, text or json", f.logFormat)
	}
	noColour, _ := env.lookup("NO_COLOR")
	s.colour = p.terminal && noColour == "" && !s.json
	level := slog.LevelInfo
	if f.debug {
		level = slog.LevelDebug
	}
	if s.json {
		s.log = slog.New(slog.NewJSONHandler(p.err, &slog.HandlerOptions{Level: level}))
	} else {
		s.log = slog.New(tint.NewTextHandler(p.err, &tint.Options{Level: level, NoColor: !s.colour, TimeFormat: time.TimeOnly}))
	}
	return s, nil
}

// problems shows what is wrong in the configuration, with its place.
func (s *speaker) problems(found []all.Problem) {
	for _, p := range found {
		if !s.json {
			fmt.Fprintln(s.to, p)
			continue
		}
		level := slog.LevelWarn
		if p.Severity == "error" {
			level = slog.LevelError
		}
		s.log.Log(context.Background(), level, p.Message, "file", p.File, "line", p.Line, "column", p.Column, "key", p.Key)
	}
}

// warn says what will not work, or is dangerous.
func (s *speaker) warn(text string) {
	if s.json {
		s.log.Warn(text)
		return
	}
	fmt.Fprintln(s.to, s.in(yellow, "Warning:"), text)
}

// note says what has no effect.
func (s *speaker) note(text string) {
	if s.json {
		s.log.Info(text)
		return
	}
	fmt.Fprintln(s.to, s.in(dim, "Note:"), text)
}

// The colours, as ECMA-48 selects them.
const (
	bold   = "1"
	dim    = "2"
	green  = "32"
	yellow = "33"
)

func (s *speaker) in(colour, text string) string {
	if !s.colour {
		return text
	}
	return "\x1b[" + colour + "m" + text + "\x1b[0m"
}
