package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"
)

// grace is how long open requests may take after the gateway was asked to stop.
const grace = 30 * time.Second

// answer answers requests until it is asked to stop, and then until the open
// ones are done: streams that their callers still read. It gives up after
// grace, or when it is asked a second time.
func (p *program) answer(ctx context.Context, l net.Listener, h http.Handler, log *slog.Logger) error {
	// No WriteTimeout: a stream may take as long as a model talks.
	srv := &http.Server{
		Handler: h, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(l) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-p.signals:
		log.Info("stopping when the open requests are done; to stop at once, ask again", "limit", grace.String())
	case <-ctx.Done():
	}
	err := p.drain(srv)
	<-failed // Serve returns as soon as the server closes
	return err
}

func (p *program) drain(srv *http.Server) error {
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	drained := make(chan error, 1)
	go func() { drained <- srv.Shutdown(ctx) }()
	var again os.Signal
	select {
	case err := <-drained:
		if err == nil {
			return nil
		}
	case again = <-p.signals:
		cancel()
		<-drained
	}
	if err := srv.Close(); err != nil {
		return fmt.Errorf("close: %w", err)
	}
	if again != nil {
		return fmt.Errorf("open requests were cut off by a second %s", again)
	}
	return fmt.Errorf("open requests were cut off after %v", grace)
}
