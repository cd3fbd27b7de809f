package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/tollgate-llm/tollgate/core/boot"
	"github.com/tollgate-llm/tollgate/core/boot/all"
)

// grace is how long open requests may take after the gateway was asked to stop.
const grace = 30 * time.Second

// serve runs the gateway until it is asked to stop.
func (p *program) serve(cmd *cobra.Command, f *serveFlags) error {
	if f.mode != "process" && f.mode != "lambda" {
		return usagef("--mode is %q, want process or lambda", f.mode)
	}
	given := cmd.Flags()
	env, err := newEnvironment(p.environ, f.envFile)
	if err != nil {
		return err
	}
	say, err := p.speaker(f, env)
	if err != nil {
		return err
	}
	o, notes, err := f.options(given, env)
	if err != nil {
		return err
	}
	o.Log = say.log
	if f.debug || f.detailedDebug {
		o.Trace = p.err
	}
	app, problems, err := all.Open(o)
	say.problems(problems)
	if err != nil {
		return err
	}
	for _, w := range app.Warnings() {
		say.warn(w)
	}
	for _, n := range append(f.notes(given), notes...) {
		say.note(n)
	}
	guarded := app.Guarded(cmd.Context())
	host, port, err := f.hostAndPort(given, env, guarded)
	if err != nil {
		return err
	}
	if !guarded && !local(host) {
		say.warn("THERE IS NO MASTER KEY, and " + host + " may be reached from other machines: whoever finds this port spends your money. Set LITELLM_MASTER_KEY.")
	}
	handler, end, err := p.handler(f, app, o, env)
	if err != nil {
		return err
	}
	l, err := listen(host, port)
	if err != nil {
		return errors.Join(err, end())
	}
	say.banner(banner{
		URL: reachable(l.Addr()), Everywhere: !local(host), Models: app.Models(), Config: f.config,
		EnvFile: env.file, Guarded: guarded, Mode: f.mode,
	})
	return errors.Join(p.listen(cmd.Context(), l, handler, say.log), end())
}

// handler is what answers, and how to end it.
func (p *program) handler(f *serveFlags, app *boot.App, o all.Options, env environment) (http.Handler, func() error, error) {
	if f.mode == "lambda" {
		return p.functions(f, env)
	}
	h, err := app.Handler("")
	return h, func() error { return nil }, err
}

// listen answers requests until it is asked to stop, and then until the open
// ones are done: streams that their callers still read. It gives up after
// grace, or when it is asked a second time.
func (p *program) listen(ctx context.Context, l net.Listener, h http.Handler, log *slog.Logger) error {
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
