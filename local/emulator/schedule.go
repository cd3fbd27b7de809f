package emulator

import (
	"context"
	"fmt"
	"time"
)

// Every runs a function that no route leads to, as EventBridge does: at once,
// and each time so much time has passed, until the context ends. It waits for
// each run, and what goes wrong is in the log.
func (g *Gateway) Every(ctx context.Context, interval time.Duration, name string) {
	ticks := time.NewTicker(interval)
	defer ticks.Stop()
	for {
		if err := g.run(name, []byte(`{"detail-type":"Scheduled Event","source":"aws.events"}`)); err != nil {
			fmt.Fprintf(g.log, "function %s, on its schedule: %v\n", name, err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticks.C:
		}
	}
}

// run runs a function to its end.
func (g *Gateway) run(name string, event []byte) error {
	_, err := g.answerOf(name, event)
	return err
}
