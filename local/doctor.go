package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tollgate-llm/tollgate/core/boot"
	"github.com/tollgate-llm/tollgate/core/boot/all"
)

type doctorFlags struct {
	addressFlags
	fileFlags
	online bool
	aws    bool
}

func (p *program) doctorCommand() *cobra.Command {
	var f doctorFlags
	cmd := &cobra.Command{
		Use: "doctor", Short: "Check what a start needs, and say how to mend it", Args: p.noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.doctor(cmd, &f) },
	}
	s := cmd.Flags()
	s.SortFlags = false
	f.addressFlags.register(s)
	f.fileFlags.register(s)
	s.BoolVar(&f.online, "online", false, "also ask whether each provider's address answers; no key is sent")
	s.BoolVar(&f.aws, "aws", false, "also look whether the AWS account has what a deployment takes: credentials, quotas, bootstrap, models of Bedrock")
	return cmd
}

// checkup prints one line for each thing it looks at.
type checkup struct {
	p      *program
	failed int
}

func (c *checkup) ok(what, found string) { c.line("OK", what, found) }

// warn is for what a gateway can start with.
func (c *checkup) warn(what, found string) { c.line("WARN", what, found) }

func (c *checkup) fail(what, found string) {
	c.failed++
	c.line("FAIL", what, found)
}

func (c *checkup) line(verdict, what, found string) {
	fmt.Fprintf(c.p.out, "%-4s  %-13s  %s\n", verdict, what, strings.ReplaceAll(found, "\n", "\n"+strings.Repeat(" ", 21)))
}

func (p *program) doctor(cmd *cobra.Command, f *doctorFlags) error {
	c := &checkup{p: p}
	c.ok("version", strings.TrimSpace(version()))
	env, err := newEnvironment(p.environ, f.envFile)
	switch {
	case err != nil:
		c.fail("variables", err.Error())
	case env.file == "":
		c.ok("variables", "those of this process: there is no .env here")
	default:
		c.ok("variables", "those of this process, then those of "+env.file)
	}
	ctx, stop := p.interruptible(cmd.Context())
	defer stop()
	setup, app := c.configuration(f, env)
	if app != nil {
		c.keys(setup)
		guarded := c.access(ctx, app)
		c.port(cmd, f, env, guarded)
		if f.online {
			c.addresses(ctx, setup)
		}
	}
	if f.aws {
		c.account(ctx, setup)
	}
	switch {
	case c.failed > 0 && f.aws:
		return fmt.Errorf("%d of these stand in the way", c.failed)
	case c.failed > 0:
		return fmt.Errorf("%d of these stop the start", c.failed)
	}
	return nil
}

// configuration reads what a start would; app is nil if it would not start.
func (c *checkup) configuration(f *doctorFlags, env environment) (*all.Setup, *boot.App) {
	const what = "configuration"
	setup, problems, err := all.Load(f.options(env))
	for _, problem := range problems {
		if problem.Severity == "error" {
			c.fail(what, problem.String())
		} else {
			c.warn(what, problem.String())
		}
	}
	if err != nil {
		if len(problems) == 0 {
			c.fail(what, err.Error())
		}
		return nil, nil
	}
	app, err := setup.Open()
	if err != nil {
		c.fail(what, err.Error())
		return nil, nil
	}
	for _, w := range app.Warnings() {
		c.warn(what, w)
	}
	name := f.config
	if name == "" {
		name = "none (--config names one): the demo, and every provider whose key is set"
	}
	c.ok(what, name+"; models: "+summary(app.Models()))
	return setup, app
}

func (c *checkup) keys(setup *all.Setup) {
	missing := missingKeys(setup)
	for _, m := range missing {
		c.warn("keys", m)
	}
	if len(missing) == 0 {
		c.ok("keys", "every deployment has one, or needs none")
	}
	var found []string
	for _, r := range setup.Ready() {
		found = append(found, fmt.Sprintf("%s (%s)", r.Provider, r.Variable))
	}
	if len(found) == 0 {
		c.warn("environment", "no provider's key is set; for OpenAI: export OPENAI_API_KEY=...")
		return
	}
	c.ok("environment", "keys found: "+strings.Join(found, ", "))
}

func (c *checkup) access(ctx context.Context, app *boot.App) bool {
	if app.Guarded(ctx) {
		c.ok("master key", "set")
		return true
	}
	c.warn("master key", "none: only this machine may call; export LITELLM_MASTER_KEY=sk-... to let others")
	return false
}

func (c *checkup) port(cmd *cobra.Command, f *doctorFlags, env environment, guarded bool) {
	host, port, err := f.hostAndPort(cmd.Flags(), env, guarded)
	if err != nil {
		c.fail("port", err.Error())
		return
	}
	l, err := listen(host, port)
	if err == nil {
		err = l.Close()
	}
	if err != nil {
		c.fail("port", err.Error())
		return
	}
	c.ok("port", address(host, port)+" is free")
}
