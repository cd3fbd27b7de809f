package emulator

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/routes"
)

// TestEvery: the product's own scheduled function takes its event and ends well,
// again and again; one that is not there is in the log.
func TestEvery(t *testing.T) {
	bootstraps, err := compiled()
	if err != nil {
		t.Fatal(err)
	}
	every := routes.Schedules()[0]
	_, g, stop := gateway(t, Options{
		Bootstraps: bootstraps, Env: []string{"LITELLM_MASTER_KEY=" + master},
	})
	for range 2 {
		if err := g.run(every.Function, []byte("{}")); err != nil {
			t.Errorf("got %v, want it done", err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	g.Every(ctx, time.Hour, "nobody")
	if log := stop(); !strings.Contains(log, `there is no function "nobody"`) || strings.Contains(log, every.Function+", on its schedule") {
		t.Errorf("got the log %q, want only the function that is not there", log)
	}
}
