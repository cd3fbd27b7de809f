package main

import (
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/tollgate-llm/tollgate/core/boot/all"
)

func (p *program) modelsCommand() *cobra.Command {
	var f fileFlags
	cmd := &cobra.Command{
		Use: "models", Short: "List the models that GET /v1/models would, with who serves them", Args: p.noArguments,
		RunE: func(*cobra.Command, []string) error { return p.models(&f) },
	}
	f.register(cmd.Flags())
	return cmd
}

func (p *program) models(f *fileFlags) error {
	env, err := newEnvironment(p.environ, f.envFile)
	if err != nil {
		return err
	}
	setup, problems, err := all.Load(f.options(env))
	if err != nil {
		for _, problem := range problems {
			fmt.Fprintln(p.err, problem)
		}
		return err
	}
	app, err := setup.Open()
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "MODEL\tPROVIDER")
	for _, name := range app.Models() {
		if owner, ok := app.Owner(name); ok {
			fmt.Fprintf(table, "%s\t%s\n", name, owner)
		}
	}
	return table.Flush()
}
