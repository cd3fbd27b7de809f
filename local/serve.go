package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tollgate-llm/tollgate/core/boot"
	"github.com/tollgate-llm/tollgate/core/boot/all"
)

func (p *program) serveCommand() *cobra.Command {
	var f serveFlags
	cmd := &cobra.Command{
		Use: "serve", Short: "Start the gateway (what tollgate does without a command)", Args: p.noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if f.test {
				return p.test(cmd, &testFlags{addressFlags: f.addressFlags, envFile: f.envFile, model: f.model})
			}
			return p.serve(cmd, &f)
		},
	}
	f.register(cmd.Flags())
	return cmd
}

// serve runs the gateway until it is asked to stop.
func (p *program) serve(cmd *cobra.Command, f *serveFlags) (err error) {
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
	o := f.options(env)
	o.ToolPrompt = f.functionPrompt
	unused, err := f.apply(&o, given)
	if err != nil {
		return err
	}
	o.Log = say.log
	if say.json && !f.debug {
		held := &lines{to: p.err}
		defer held.Close()
		o.Log = slog.New(slog.NewJSONHandler(held, nil))
	}
	if f.debug {
		o.Trace = p.err
	}
	for _, n := range append(f.notes(given), unused...) {
		say.note(n)
	}
	where := whereFunctions(env)
	if f.mode != "lambda" {
		kept, fault := openData(cmd.Context(), f, env)
		if fault != nil {
			return fault
		}
		defer func() { err = errors.Join(err, kept.Close()) }()
		if where = kept.where(); kept != nil {
			o.Store = kept
		}
	}
	setup, app, err := start(o, say)
	if err != nil {
		return err
	}
	guarded := app.Guarded(cmd.Context())
	host, port, err := f.hostAndPort(given, env, guarded)
	if err != nil {
		return err
	}
	if !guarded && !loopback(host) && f.mode != "lambda" {
		say.warn("THERE IS NO MASTER KEY, and other machines may reach " + host + ": whoever finds this port spends your money. Set LITELLM_MASTER_KEY.")
	}
	if !guarded && f.mode == "lambda" {
		say.warn("there is no master key, and without one the functions answer 503: set LITELLM_MASTER_KEY")
	}
	live, err := setup.Live(app, boot.Everything())
	if err != nil {
		return err
	}
	h, end, err := p.handler(f, live, env)
	if err != nil {
		return err
	}
	l, err := listen(host, port)
	if err != nil {
		return errors.Join(err, end())
	}
	say.banner(banner{
		URL: reachable(l.Addr()), Everywhere: !loopback(host), Models: app.Models(), Config: f.config,
		EnvFile: env.file, Data: where, Guarded: guarded, Mode: f.mode,
	})
	if f.mode != "lambda" {
		defer tend(cmd.Context(), live, say.log)()
	}
	return errors.Join(p.answer(cmd.Context(), l, h, say.log), end())
}

// start makes the gateway and says what will not work.
func start(o all.Options, say *speaker) (*all.Setup, *boot.App, error) {
	setup, problems, err := all.Load(o)
	say.problems(problems)
	if err != nil {
		return nil, nil, err
	}
	app, err := setup.Open()
	if err != nil {
		return nil, nil, err
	}
	warnings := app.Warnings()
	if o.Model.Model != "" && len(warnings) > 0 { // the only model, and it is none
		return nil, nil, errors.New(warnings[0])
	}
	for _, w := range append(warnings, missingKeys(setup)...) {
		say.warn(w)
	}
	return setup, app, nil
}

// missingKeys names the variables that deployments wait for.
func missingKeys(setup *all.Setup) []string {
	var missing, seen []string
	for _, d := range setup.Deployments() {
		if d.Lacks && !slices.Contains(seen, d.ID) {
			seen = append(seen, d.ID)
			missing = append(missing, fmt.Sprintf("model %s: no key for %s: set %s", d.Group, d.Provider, strings.Join(d.Key, " or ")))
		}
	}
	return missing
}

// handler is what answers, and how to end it.
func (p *program) handler(f *serveFlags, live *boot.Live, env environment) (http.Handler, func() error, error) {
	if f.mode == "lambda" {
		return p.functions(f, env)
	}
	return live, func() error { return nil }, nil
}
