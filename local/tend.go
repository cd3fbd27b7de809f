package main

import (
	"context"
	"log/slog"
	"sync"

	"github.com/tollgate-llm/tollgate/core/boot"
)

// tend has done what is due every minute, as EventBridge has it done for the
// functions, until it is ended.
func tend(ctx context.Context, live *boot.Live, log *slog.Logger) (end func()) {
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	running.Go(func() {
		live.Tend(ctx, func(err error) { log.Warn("what is due every minute was not done", "error", err.Error()) })
	})
	return func() {
		cancel()
		running.Wait()
	}
}
