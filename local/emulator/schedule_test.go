package emulator

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/routes"
)

// TestReady: it is told when a process has started, and when it has answered.
func TestReady(t *testing.T) {
	bootstraps, err := compiled()
	if err != nil {
		t.Fatal(err)
	}
	type ready struct {
		function string
		pid      int
		started  bool
	}
	told := make(chan ready, 4)
	_, g, _ := gateway(t, Options{
		Bootstraps: bootstraps, Env: []string{"LITELLM_MASTER_KEY=" + master},
		Ready: func(function string, pid int, start time.Duration) { told <- ready{function, pid, start > 0} },
	})
	name := routes.Schedules()[0].Function
	for i := range 2 {
		if err := g.run(name, []byte("{}")); err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			if first := <-told; first.function != name || first.pid == 0 || !first.started {
				t.Errorf("got %+v, want the start of %s", first, name)
			}
		}
		if after := <-told; after.function != name || after.pid == 0 || after.started {
			t.Errorf("got %+v, want %s after its answer", after, name)
		}
	}
}

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
