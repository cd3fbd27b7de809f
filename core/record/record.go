// Package record turns what happened to a request into what is kept of it: now
// a log line. Names are fixed, so that a query written once keeps working, and
// none of them ever holds a prompt, an answer or a key.
package record

import (
	"context"
	"log/slog"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
)

// Log writes the one line of a request that ends at now. Empty fields are left
// out.
func Log(ctx context.Context, log *slog.Logger, r *llm.Record, now time.Time) {
	level := slog.LevelInfo
	if r.Status >= 500 {
		level = slog.LevelError
	}
	log.LogAttrs(ctx, level, "request", attrs(r, now)...)
}

func attrs(r *llm.Record, now time.Time) []slog.Attr {
	a := make([]slog.Attr, 0, 20)
	text := func(name, v string) {
		if v != "" {
			a = append(a, slog.String(name, v))
		}
	}
	count := func(name string, n int64) {
		if n != 0 {
			a = append(a, slog.Int64(name, n))
		}
	}
	text("request_id", r.RequestID)
	text("route", r.Route)
	count("status", int64(r.Status))
	text("key_hash", r.KeyHash)
	text("model", r.Model)
	text("deployment", r.Deployment)
	text("provider", r.Provider)
	if r.Class != 0 {
		text("class", r.Class.Error())
	}
	if r.Cause != nil {
		text("error", r.Cause.Error())
	}
	count("retries", int64(r.Retries))
	count("fallbacks", int64(r.Fallbacks))
	if r.Usage.Known {
		a = append(a, slog.Int64("prompt_tokens", r.Usage.Prompt()), slog.Int64("completion_tokens", r.Usage.Out))
	}
	if r.Priced {
		a = append(a, slog.Float64("cost_usd", float64(r.Cost)/1e12))
	} else if r.Usage.Known {
		a = append(a, slog.Bool("cost_unknown", true))
	}
	if !r.FirstEvent.IsZero() {
		count("ttft_ms", r.FirstEvent.Sub(r.Start).Milliseconds())
	}
	return append(a, slog.Int64("total_ms", now.Sub(r.Start).Milliseconds()))
}
