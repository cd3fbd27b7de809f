package record_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/record"
)

var start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// TestLog: the line's names are fixed. A query written for one release works
// with the next, so what stands here is only added to.
func TestLog(t *testing.T) {
	for _, c := range []struct {
		name string
		rec  llm.Record
		want string
	}{
		{"least", llm.Record{}, `{"level":"INFO","msg":"request","total_ms":1500}`},
		{
			"most",
			llm.Record{
				RequestID: "r1", Route: "POST /v1/chat/completions", KeyHash: "abc", Model: "m", Deployment: "d", Provider: "p",
				Base: "https://internal.test", Stream: true, Status: 200, Retries: 1, Fallbacks: 2,
				Usage: llm.Usage{Known: true, In: 10, CacheRead: 5, Out: 7, Reasoning: 3}, Priced: true, Cost: 1_234_500_000,
				FirstEvent: start.Add(250 * time.Millisecond), Upstream: time.Second, Timeout: time.Minute,
			},
			`{"level":"INFO","msg":"request","request_id":"r1","route":"POST /v1/chat/completions","status":200,"key_hash":"abc",` +
				`"model":"m","deployment":"d","provider":"p","retries":1,"fallbacks":2,"prompt_tokens":15,"completion_tokens":7,"cost_usd":0.0012345,"ttft_ms":250,"total_ms":1500}`,
		},
		{
			"failed",
			llm.Record{Status: 429, Class: llm.RateLimitError, Cause: errors.New("slow down")},
			`{"level":"INFO","msg":"request","status":429,"class":"RateLimitError","error":"slow down","total_ms":1500}`,
		},
		{
			"our own fault",
			llm.Record{Status: 500, Class: llm.InternalServerError, Cause: errors.New("x")},
			`{"level":"ERROR","msg":"request","status":500,"class":"InternalServerError","error":"x","total_ms":1500}`,
		},
		{
			"usage of zero is known, its cost is not",
			llm.Record{Usage: llm.Usage{Known: true}},
			`{"level":"INFO","msg":"request","prompt_tokens":0,"completion_tokens":0,"cost_unknown":true,"total_ms":1500}`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			var b bytes.Buffer
			log := slog.New(slog.NewJSONHandler(&b, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
				if a.Key == slog.TimeKey {
					return slog.Attr{}
				}
				return a
			}}))
			c.rec.Start = start
			record.Log(t.Context(), log, &c.rec, start.Add(1500*time.Millisecond))
			var compact bytes.Buffer
			if err := json.Compact(&compact, b.Bytes()); err != nil {
				t.Fatal(err)
			}
			if got := compact.String(); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// TestDrift: the line of a budget that does not add up; alarms look for its name.
func TestDrift(t *testing.T) {
	var b bytes.Buffer
	record.Drift(t.Context(), slog.New(slog.NewJSONHandler(&b, nil)), "A#K:1#total", 9, 4, 3)
	if want := `"level":"ERROR","msg":"budget drift","account":"A#K:1#total","committed":9,"spent":4,"held":3}`; !strings.Contains(b.String(), want) {
		t.Errorf("got %s, want %s", b.String(), want)
	}
}
