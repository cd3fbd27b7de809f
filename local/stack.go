package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tollgate-llm/tollgate/core/boot/all"
	"github.com/tollgate-llm/tollgate/core/boot/stack"
)

// parentCommand is one that only has others.
func parentCommand(use, short string, of ...*cobra.Command) *cobra.Command {
	parent := &cobra.Command{
		Use: use, Short: short,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usagef("%s has no command %q; there is %s", cmd.CommandPath(), args[0], of[0].Name())
			}
			return usagef("say what to do: %s %s", cmd.CommandPath(), of[0].Name())
		},
	}
	parent.AddCommand(of...)
	return parent
}

func (p *program) configCommand() *cobra.Command {
	var name string
	push := &cobra.Command{
		Use: "push FILE", Short: "Check a configuration and give it to a stack, which has it in five seconds",
		Example: "  tollgate config push config.yaml --stack tollgate-dev",
		Args:    oneFile,
		RunE:    func(cmd *cobra.Command, args []string) error { return p.pushConfig(cmd.Context(), name, args[0]) },
	}
	push.Flags().StringVar(&name, "stack", "", "`name` of the stack, in the account and the region of AWS's own variables")
	return parentCommand("config", "Change the configuration of a deployed gateway", push)
}

func oneFile(_ *cobra.Command, args []string) error {
	if len(args) != 1 {
		return usagef("want one configuration file, got %d", len(args))
	}
	return nil
}

// pushConfig checks a configuration as the stack's functions will read it, and
// puts it there.
func (p *program) pushConfig(parent context.Context, name, file string) error {
	ctx, stop := p.interruptible(parent)
	defer stop()
	s, err := find(ctx, name)
	if err != nil {
		return err
	}
	c, err := s.Read(ctx, file)
	if c != nil {
		for _, problem := range c.Problems {
			fmt.Fprintln(p.err, problem)
		}
		for _, w := range c.Warnings {
			fmt.Fprintln(p.err, "warning:", w)
		}
	}
	if err != nil {
		return err
	}
	if missing := missingKeys(c.Setup); len(missing) > 0 {
		fmt.Fprintf(p.err, "%s\nTo put variables of this environment into the stack's secret: tollgate secrets push --stack %s --config %s\n", strings.Join(missing, "\n"), name, file)
	}
	version, err := s.Push(ctx, c)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "%s is configuration %s of %s, in the bucket %s. It is live in 5 seconds.\n", file, version, name, s.Bucket)
	return nil
}

func find(ctx context.Context, name string) (*stack.Stack, error) {
	if name == "" {
		return nil, usagef("--stack says which stack")
	}
	return stack.Find(ctx, name)
}

// secretsFlags say what is put where.
type secretsFlags struct {
	stack, config, envFile string
	yes                    bool
}

func (p *program) secretsCommand() *cobra.Command {
	var f secretsFlags
	push := &cobra.Command{
		Use: "push", Short: "Put variables of this environment into a stack's secret", Args: p.noArguments,
		Long: `Puts variables of this environment into the stack's secret, if a configuration
names them or a provider of its models reads them, and if the secret has another
value or none. It names them and asks first; values are never shown. What else
the secret has stays.`,
		Example: `  tollgate secrets push --stack tollgate-dev --config config.yaml
  tollgate secrets push --stack tollgate-dev --yes`,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.pushSecrets(cmd.Context(), &f) },
	}
	s := push.Flags()
	s.SortFlags = false
	s.StringVar(&f.stack, "stack", "", "`name` of the stack, in the account and the region of AWS's own variables")
	s.StringVarP(&f.config, "config", "c", "", "configuration `file`; the stack's if not given")
	s.StringVar(&f.envFile, "env-file", "", "`file` of variables to load; without it .env, if there is one (never overrides what is set)")
	s.BoolVarP(&f.yes, "yes", "y", false, "do not ask")
	return parentCommand("secrets", "Change the provider keys of a deployed gateway", push)
}

func (p *program) pushSecrets(parent context.Context, f *secretsFlags) error {
	ctx, stop := p.interruptible(parent)
	defer stop()
	env, err := newEnvironment(p.environ, f.envFile)
	if err != nil {
		return err
	}
	s, err := find(ctx, f.stack)
	if err != nil {
		return err
	}
	variables, err := s.Variables(f.config, env.lookup)
	if err != nil {
		return err
	}
	c, err := s.Compare(ctx, variables)
	if err != nil {
		return err
	}
	for _, name := range c.Paths {
		fmt.Fprintf(p.err, "%s names a file of this machine, which the stack does not have: set it to the file's text\n", name)
	}
	if len(c.Changed) == 0 {
		fmt.Fprintf(p.out, "The secret of %s has all that is set here.\n", f.stack)
		return nil
	}
	fmt.Fprintf(p.out, "Into the secret of %s:\n", f.stack)
	for _, v := range c.Changed {
		what := "another value than it has there"
		if v.New {
			what = "new"
		}
		fmt.Fprintf(p.out, "  %-30s %s\n", v.Name, what)
	}
	if !f.yes {
		if err := p.agree(); err != nil {
			return err
		}
	}
	if err := s.Put(ctx, c); err != nil {
		return err
	}
	fmt.Fprintln(p.out, "Done. They are read in 5 seconds.")
	return nil
}

// errNo says that a person does not want it.
var errNo = errors.New("nothing was changed")

// agree asks.
func (p *program) agree() error {
	fmt.Fprint(p.out, "Put them there? [y/N] ")
	if p.in == nil {
		return errNo
	}
	line, err := bufio.NewReader(p.in).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read the answer: %w", err)
	}
	switch strings.ToLower(strings.TrimSpace(line)) {
	case "y", "yes":
		return nil
	}
	return errNo
}

// account looks at the AWS account, with the models of Bedrock that the
// configuration has; setup is nil if that cannot be read.
func (c *checkup) account(ctx context.Context, setup *all.Setup) {
	var models []string
	if setup != nil {
		for _, d := range setup.Deployments() {
			if d.Provider == "bedrock" && !strings.Contains(d.Model, "*") {
				models = append(models, d.Model)
			}
		}
	}
	for _, f := range stack.Examine(ctx, models) {
		switch {
		case f.Fatal:
			c.fail(f.What, f.Found+"\n"+f.Fix)
		case f.Fix != "":
			c.warn(f.What, f.Found+"\n"+f.Fix)
		default:
			c.ok(f.What, f.Found)
		}
	}
}
